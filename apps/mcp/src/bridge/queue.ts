/** Runs tasks one after the other, in the order in which they came. */
export interface Queue {
  /** False, and the task is not taken, when as many as the bound are waiting. */
  readonly add: (task: () => Promise<void>) => boolean
}

/** A queue in which at most `waitingMax` tasks wait. A task must not reject. */
export const createQueue = (waitingMax: number): Queue => {
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  return {
    add: (task) => {
      if (waiting >= waitingMax) return false
      waiting += 1
      last = last.then(() => {
        waiting -= 1
        return task()
      })
      return true
    },
  }
}

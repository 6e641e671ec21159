/** Sets up what ends a rest early and returns how to take that down again. */
export type Arm = (wake: () => void) => () => void

/** Waits that one `stop` ends, now and for ever. */
export interface Rests {
  /** Waits for what `arm` sets up, or for `stop`. One rest at a time. */
  readonly rest: (arm: Arm) => Promise<void>
  readonly stop: () => void
  readonly stopped: () => boolean
}

export const rests = (): Rests => {
  let isStopped = false
  let wake = (): void => undefined
  return {
    rest: (arm) =>
      new Promise((resolve) => {
        if (isStopped) return resolve()
        const disarm = arm(() => wake())
        wake = () => {
          disarm()
          resolve()
        }
      }),
    stop: () => {
      isStopped = true
      wake()
    },
    stopped: () => isStopped,
  }
}

/** Wakes after a time; a process that has nothing else to do may end meanwhile. */
export const after =
  (ms: number): Arm =>
  (wake) => {
    const timer = setTimeout(wake, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }

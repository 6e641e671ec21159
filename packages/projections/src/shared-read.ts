/**
 * Shares one act among all who ask for it, such that everybody gets an act *begun after* they asked: one is under way,
 * and all who come meanwhile share the next. So at most one runs and at most one waits, however many ask.
 */
export const sharedRead = <A>(act: () => Promise<A>): (() => Promise<A>) => {
  let running: Promise<unknown> | undefined
  let next: Promise<A> | undefined

  const start = (): Promise<A> => {
    const result = act()
    const done = result
      .catch(() => undefined)
      .then(() => {
        if (running === done) running = undefined
      })
    running = done
    return result
  }

  return () => {
    // First: between the end of one act and the beginning of the next there are turns in which none is running.
    if (next !== undefined) return next
    if (running === undefined) return start()
    next = running.then(() => {
      next = undefined
      return start()
    })
    return next
  }
}

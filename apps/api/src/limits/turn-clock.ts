/**
 * Milliseconds since the first request of this turn of the event loop was read. Everything that is read in one turn was
 * there when it began or came soon after, so this is about how long the request that is read now has waited.
 */
export const turnClock = (monotonicMs: () => number): (() => number) => {
  let startedMs: number | undefined
  return () => {
    const now = monotonicMs()
    if (startedMs === undefined) {
      startedMs = now
      // Runs when all sockets that had something to read in this turn have been read.
      setImmediate(() => {
        startedMs = undefined
      })
    }
    return now - startedMs
  }
}

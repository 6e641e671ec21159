import * as E from 'fp-ts/lib/Either.js'
import { attempt } from './busy.js'

/**
 * How often it is looked whether another process has appended. One look is a query that meets nothing on the disk
 * (1 µs); what it costs is mostly that the process wakes up, about 1 % of a core.
 */
export const tailPollMs = 5

/**
 * For a bell: looks at the tail of the log as long as somebody waits, and rings when it has moved. The last tail seen
 * outlives a pause in the watch: what was appended between the waiter's read and its wait is noticed at the next look.
 */
export const watchTail = (tail: () => number, pollMs: number): ((ring: () => void) => () => void) => {
  let seen: number | undefined
  return (ring) => {
    const timer = setInterval(() => {
      const now = attempt(tail)
      if (E.isRight(now) && now.right === seen) return
      // After a fault it rings too: the waiter's own read meets the fault and knows what to do about it.
      seen = E.isRight(now) ? now.right : undefined
      ring()
    }, pollMs)
    timer.unref()
    return () => clearInterval(timer)
  }
}

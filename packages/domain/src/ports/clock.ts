import type { Task } from 'fp-ts/lib/Task.js'
import type { Instant } from '../values/instant.js'

export interface Clock {
  /** The wall clock: for what is recorded, and for expiry. */
  readonly now: () => Instant
  /** A clock that is never set: for durations and deadlines only. In milliseconds, with fractions. */
  readonly monotonicMs: () => number
  /** Resolves after a random part of so many milliseconds, so that those who wait for the same thing spread out. */
  readonly pause: (msMax: number) => Task<void>
}

import type { Task } from 'fp-ts/lib/Task.js'

/** Why nothing can be said about keys at the moment; `cause` is for the log. */
export interface NotFresh {
  readonly _tag: 'NotFresh'
  readonly cause: string
}

export type FreshnessAnswer = 'fresh' | NotFresh

/**
 * Knowing that nothing committed is unseen. A decision about a key is taken right after `ensure` answered `fresh`, in
 * the same turn of the event loop, with no await in between.
 */
export interface Freshness {
  readonly ensure: Task<FreshnessAnswer>
}

export const notFresh = (cause: string): NotFresh => ({ _tag: 'NotFresh', cause })

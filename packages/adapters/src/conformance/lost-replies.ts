import * as E from 'fp-ts/lib/Either.js'
import { outcomeUnknown } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import type { EventStoreHarness } from './harness.js'

/** Loses replies for a harness whose stores have no connection that could be cut. */
export interface LostReplies {
  /** The handle as the kit must be given it; everything but a reply to be lost goes through unchanged. */
  readonly around: (store: EventStore) => EventStore
  readonly loseNextReply: EventStoreHarness['loseNextReply']
}

export const lostReplies = (): LostReplies => {
  const armed = new WeakSet<EventStore>()
  const around = (store: EventStore): EventStore => {
    const handle: EventStore = {
      ...store,
      append: (stream, expected, events) => {
        const append = store.append(stream, expected, events)
        return async () => {
          if (!armed.delete(handle)) return append()
          const result = await append()
          // A refusal is no reply to a commit, and the caller may have it.
          return E.isRight(result) ? E.left(outcomeUnknown('the reply was lost')) : result
        }
      },
    }
    return handle
  }
  const loseNextReply = (store: EventStore): Promise<void> => {
    armed.add(store)
    return Promise.resolve()
  }
  return { around, loseNextReply }
}

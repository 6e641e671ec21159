import type { EventStore, Position } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'

export interface Following {
  readonly stop: Task<void>
}

/**
 * Follows the log in the background and calls `onEvents` after each batch, so that what has ended elsewhere is noticed
 * though nobody asks. It is a convenience: verification does not rely on it.
 */
export const follow = (
  store: Pick<EventStore, 'subscribe'>,
  after: Option<Position>,
  onEvents: () => Promise<unknown>,
): Task<Following> => {
  return async () => {
    const subscription = await store.subscribe(after)()
    if (E.isLeft(subscription)) return { stop: () => Promise.resolve() }
    const { messages, cancel } = subscription.right
    const ended = (async () => {
      for await (const message of messages) if (message._tag === 'Events') await onEvents()
    })()
    return {
      stop: async () => {
        await cancel()
        await ended
      },
    }
  }
}

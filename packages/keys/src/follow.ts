import type { Clock, EventStore, Position, SubscriptionMessage } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'

export interface Following {
  readonly stop: Task<void>
}

export interface FollowPorts {
  readonly store: Pick<EventStore, 'subscribe'>
  readonly clock: Pick<Clock, 'pause'>
  /** From where to follow, asked anew each time. */
  readonly from: () => Option<Position>
  /** Called after each batch of events, one at a time. */
  readonly onEvents: () => Promise<unknown>
}

const pauseMsMax = 1_000

/**
 * Follows the log in the background, so that what has ended elsewhere is noticed though nobody asks, and begins again
 * when the store was away. It is a convenience: verification does not rely on it.
 */
export const follow = ({ store, clock, from, onEvents }: FollowPorts): Following => {
  let isStopped = false
  let cancel: Task<void> = () => Promise.resolve()

  const deliver = async (messages: AsyncIterable<SubscriptionMessage>): Promise<void> => {
    for await (const message of messages) if (message._tag === 'Events') await onEvents()
  }
  const ended = (async () => {
    while (!isStopped) {
      const subscription = await store.subscribe(from())()
      if (E.isRight(subscription)) {
        cancel = subscription.right.cancel
        if (isStopped) await cancel()
        await deliver(subscription.right.messages)
      } else if (subscription.left._tag === 'Closed') return
      if (!isStopped) await clock.pause(pauseMsMax)()
    }
  })()

  return {
    stop: async () => {
      isStopped = true
      await cancel()
      await ended
    },
  }
}

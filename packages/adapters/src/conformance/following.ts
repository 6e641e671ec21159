import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import type {
  EventStore,
  Position,
  RecordedEvent,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import { answered } from './guarantee.js'
import type { EventStoreHarness } from './harness.js'
import { ok } from './steps.js'

/** A subscription that is read message by message. */
export interface Follower {
  /** Fails if no message comes in time. */
  readonly next: () => Promise<SubscriptionMessage | 'end'>
  readonly subscription: Subscription
}

const messageWithinMsStandard = 5_000
const messagesMax = 10_000

export const follow = async (
  { messageWithinMs = messageWithinMsStandard }: EventStoreHarness,
  store: EventStore,
  after: O.Option<Position> = O.none,
): Promise<Follower> => {
  const subscription = await ok(store.subscribe(after))
  const iterator = subscription.messages[Symbol.asyncIterator]()
  const next = async (): Promise<SubscriptionMessage | 'end'> => {
    const result = await answered(iterator.next(), messageWithinMs)
    return result.done === true ? 'end' : result.value
  }
  return { next, subscription }
}

/** The events up to the next `CaughtUp`. */
export const untilCaughtUp = async ({ next }: Follower): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  for (let count = 0; count < messagesMax; count++) {
    const message = await next()
    if (message === 'end' || message._tag === 'Dropped') return assert.fail('the subscription ended')
    if (message._tag === 'CaughtUp') return events
    events.push(...message.events)
  }
  return assert.fail('never caught up')
}

/** The events of so many messages that there are at least `count`. */
export const untilCount = async (
  { next }: Follower,
  count: number,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  while (events.length < count) {
    const message = await next()
    if (message === 'end' || message._tag === 'Dropped') return assert.fail('the subscription ended')
    if (message._tag === 'Events') events.push(...message.events)
  }
  return events
}

export const endsWith = async (
  { next }: Follower,
  reason: 'Cancelled' | { readonly _tag: 'Closed' | 'Rewound' },
): Promise<void> => {
  assert.deepEqual(await next(), { _tag: 'Dropped', reason })
  for (let again = 0; again < 3; again++) assert.equal(await next(), 'end')
}

/** Ends a subscription whose end is not the matter of the test. */
export const leave = ({ subscription }: Follower): Promise<void> => answered(subscription.cancel())

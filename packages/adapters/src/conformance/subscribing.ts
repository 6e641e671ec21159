import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type {
  EventStore,
  Position,
  RecordedEvent,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import { answered, holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { appendSingly, batch, idsOf, newEvent, ok, stream, wholeLog } from './steps.js'

const one = stream('one')

interface Reader {
  readonly next: () => Promise<SubscriptionMessage | 'end'>
  readonly subscription: Subscription
}

const reading = async (store: EventStore, after: O.Option<Position> = O.none): Promise<Reader> => {
  const subscription = await ok(store.subscribe(after))
  const iterator = subscription.messages[Symbol.asyncIterator]()
  const next = async (): Promise<SubscriptionMessage | 'end'> => {
    const result = await answered(iterator.next(), messagePatienceMs)
    return result.done === true ? 'end' : result.value
  }
  return { next, subscription }
}

/** Shorter, because a broken store shows itself by a message that does not come. */
const messagePatienceMs = 2_000
const messagesMax = 10_000

/** The events up to the next `CaughtUp`. */
const untilCaughtUp = async ({ next }: Reader): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  for (let count = 0; count < messagesMax; count++) {
    const message = await next()
    if (message === 'end' || message._tag === 'Dropped') return assert.fail('the subscription ended')
    if (message._tag === 'CaughtUp') return events
    events.push(...message.events)
  }
  return assert.fail('never caught up')
}

const untilCount = async ({ next }: Reader, count: number): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  while (events.length < count) {
    const message = await next()
    if (message === 'end' || message._tag === 'Dropped') return assert.fail('the subscription ended')
    if (message._tag === 'Events') events.push(...message.events)
  }
  return events
}

const endsWith = async (
  { next }: Reader,
  reason: 'Cancelled' | { readonly _tag: 'Closed' },
): Promise<void> => {
  assert.deepEqual(await next(), { _tag: 'Dropped', reason })
  for (let again = 0; again < 3; again++) assert.equal(await next(), 'end')
}

const cancelled = async (reader: Reader): Promise<void> => {
  await answered(reader.subscription.cancel())
  await endsWith(reader, 'Cancelled')
}

/** Ends a subscription whose end is not the matter of the test. */
const leave = ({ subscription }: Reader): Promise<void> => answered(subscription.cancel())

const deliveries: ReadonlyArray<EventStoreGuarantee> = [
  holds('a subscription from the beginning delivers the log', async ({ store }) => {
    await ok(store.append(one, noStream, batch(700)))
    await appendSingly(store, stream('two'), 3)
    const reader = await reading(store)
    assert.deepEqual(await untilCaughtUp(reader), await wholeLog(store))
    await leave(reader)
  }),
  holds('a subscription goes on exactly after any position', async ({ store }) => {
    await appendSingly(store, one, 9)
    const log = await wholeLog(store)
    for (const [index, event] of log.entries()) {
      const reader = await reading(store, O.some(event.position))
      assert.deepEqual(await untilCaughtUp(reader), log.slice(index + 1))
      await leave(reader)
    }
  }),
  holds('a subscription that waits is woken by an append through any handle', async ({ store, other }) => {
    const reader = await reading(store)
    assert.deepEqual(await untilCaughtUp(reader), [])
    for (const [index, writer] of [store, other, store, other].entries()) {
      const [delivered] = await Promise.all([
        untilCaughtUp(reader),
        ok(writer.append(stream(`s-${index}`), noStream, batch(2))),
      ])
      assert.deepEqual(idsOf(delivered), idsOf((await wholeLog(store)).slice(-2)))
    }
    await leave(reader)
  }),
  holds('nothing is lost or repeated where catching up meets new events', async ({ store, other }) => {
    await ok(store.append(one, noStream, batch(600)))
    const reader = await reading(store)
    const [delivered] = await Promise.all([
      untilCount(reader, 660),
      appendSingly(store, stream('two'), 30),
      appendSingly(other, stream('three'), 30),
    ])
    assert.deepEqual(idsOf(delivered), idsOf(await wholeLog(store)))
    await leave(reader)
  }),
  holds(
    'CaughtUp comes once for each time the end is reached, and never before an event',
    async ({ store }) => {
      await appendSingly(store, one, 3)
      const reader = await reading(store)
      assert.equal((await untilCaughtUp(reader)).length, 3)
      const [message] = await Promise.all([
        reader.next(),
        ok(store.append(stream('two'), noStream, [newEvent()])),
      ])
      assert.ok(message !== 'end' && message._tag === 'Events')
      assert.deepEqual(await reader.next(), { _tag: 'CaughtUp' })
      await leave(reader)
    },
  ),
  holds('a subscription to an empty log is caught up at once', async ({ store }) => {
    const reader = await reading(store)
    assert.deepEqual(await reader.next(), { _tag: 'CaughtUp' })
    await leave(reader)
  }),
]

const cyclesMax = 100

const endings: ReadonlyArray<EventStoreGuarantee> = [
  holds('a cancelled subscription delivers nothing more, whatever it was doing', async ({ store }) => {
    await appendSingly(store, one, 2)
    await cancelled(await reading(store))
    const delivering = await reading(store)
    await delivering.next()
    await ok(store.append(stream('two'), noStream, [newEvent()]))
    await cancelled(delivering)
    const waiting = await reading(store)
    await untilCaughtUp(waiting)
    const [last] = await Promise.all([waiting.next(), answered(waiting.subscription.cancel())])
    assert.deepEqual(last, { _tag: 'Dropped', reason: 'Cancelled' })
    await answered(waiting.subscription.cancel())
    await ok(store.append(stream('three'), noStream, [newEvent()]))
    assert.equal(await waiting.next(), 'end')
  }),
  holds('a subscription ends with one Dropped when its store is closed', async ({ store }) => {
    await appendSingly(store, one, 2)
    const [fresh, waiting] = [await reading(store), await reading(store)]
    await untilCaughtUp(waiting)
    const [last] = await Promise.all([waiting.next(), answered(store.close())])
    assert.deepEqual(last, { _tag: 'Dropped', reason: { _tag: 'Closed' } })
    assert.equal(await waiting.next(), 'end')
    await endsWith(fresh, { _tag: 'Closed' })
  }),
  holds(
    'a consumer that leaves or throws harms neither the store nor other subscriptions',
    async ({ store }) => {
      await appendSingly(store, one, 2)
      const steady = await reading(store)
      await assert.rejects(async () => {
        for await (const message of (await ok(store.subscribe(O.none))).messages)
          throw new Error(message._tag)
      }, /Events/)
      assert.equal((await untilCaughtUp(steady)).length, 2)
      await ok(store.append(stream('two'), noStream, [newEvent()]))
      assert.equal((await untilCaughtUp(steady)).length, 1)
      await leave(steady)
    },
  ),
  holds('many subscriptions come and go without a trace', async ({ store }) => {
    await appendSingly(store, one, 2)
    const before = process.getActiveResourcesInfo().length
    for (let cycle = 0; cycle < cyclesMax; cycle++) {
      const reader = await reading(store)
      await untilCaughtUp(reader)
      await Promise.all([reader.next(), answered(reader.subscription.cancel())])
    }
    const after = process.getActiveResourcesInfo().length
    assert.ok(after < before + cyclesMax / 2, `${after - before} resources are left`)
  }),
]

export const subscribingGuarantees: ReadonlyArray<EventStoreGuarantee> = [...deliveries, ...endings]

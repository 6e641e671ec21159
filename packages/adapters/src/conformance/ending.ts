import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import { endsWith, follow, leave, untilCaughtUp } from './following.js'
import type { Follower } from './following.js'
import { answered, holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import type { EventStoreHarness } from './harness.js'
import { appendSingly, newEvent, ok, stream } from './steps.js'
import { traces } from './traces.js'

const one = stream('one')
const cycles = 1_000
const cyclesAtOnce = 20
const handleCycles = 20

const cancelled = async (follower: Follower): Promise<void> => {
  await answered(follower.subscription.cancel())
  await endsWith(follower, 'Cancelled')
}

export const endingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('a cancelled subscription delivers nothing more, whatever it was doing', async (handles) => {
    const { store, harness } = handles
    await appendSingly(store, one, 2)
    await cancelled(await follow(harness, store))
    const delivering = await follow(harness, store)
    await delivering.next()
    await ok(store.append(stream('two'), noStream, [newEvent()]))
    await cancelled(delivering)
    const waiting = await follow(harness, store)
    await untilCaughtUp(waiting)
    const [last] = await Promise.all([waiting.next(), answered(waiting.subscription.cancel())])
    assert.deepEqual(last, { _tag: 'Dropped', reason: 'Cancelled' })
    await answered(waiting.subscription.cancel())
    await ok(store.append(stream('three'), noStream, [newEvent()]))
    assert.equal(await waiting.next(), 'end')
  }),
  holds('a subscription ends with one Dropped when its store is closed', async ({ store, harness }) => {
    await appendSingly(store, one, 2)
    const [fresh, waiting] = [await follow(harness, store), await follow(harness, store)]
    await untilCaughtUp(waiting)
    const [last] = await Promise.all([waiting.next(), answered(store.close())])
    assert.deepEqual(last, { _tag: 'Dropped', reason: { _tag: 'Closed' } })
    assert.equal(await waiting.next(), 'end')
    await endsWith(fresh, { _tag: 'Closed' })
  }),
  holds(
    'a subscription that is cancelled while its store is closed ends once',
    async ({ store, harness }) => {
      await appendSingly(store, one, 2)
      const follower = await follow(harness, store)
      await untilCaughtUp(follower)
      const [last] = await answered(
        Promise.all([
          follower.next(),
          follower.subscription.cancel(),
          store.close(),
          follower.subscription.cancel(),
        ]),
      )
      assert.ok(last !== 'end' && last._tag === 'Dropped')
      assert.ok(last.reason === 'Cancelled' || last.reason._tag === 'Closed')
      await answered(follower.subscription.cancel())
      for (let again = 0; again < 3; again++) assert.equal(await follower.next(), 'end')
    },
  ),
  holds(
    'a consumer that leaves or throws harms neither the store nor other subscriptions',
    async (handles) => {
      const { store, harness } = handles
      await appendSingly(store, one, 2)
      const steady = await follow(harness, store)
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
  holds('a thousand subscriptions come and go without a trace', async ({ store, harness }) => {
    await appendSingly(store, one, 2)
    await comeAndGo(harness, store)
    const left = traces()
    for (let cycle = 0; cycle < cycles; cycle += cyclesAtOnce)
      await Promise.all(Array.from({ length: cyclesAtOnce }, () => comeAndGo(harness, store)))
    await left.areFewerThan(cyclesAtOnce)
  }),
  holds('handles on a log come and go without a trace', async ({ store, harness }) => {
    await appendSingly(store, one, 2)
    const left = traces()
    for (let cycle = 0; cycle < handleCycles; cycle++) {
      const handle = await harness.reopen()
      const follower = await follow(harness, handle)
      await untilCaughtUp(follower)
      await Promise.all([follower.next(), answered(handle.close())])
    }
    await left.areFewerThan(handleCycles / 2)
  }),
]

const comeAndGo = async (harness: EventStoreHarness, store: EventStore): Promise<void> => {
  const follower = await follow(harness, store)
  await untilCaughtUp(follower)
  await Promise.all([follower.next(), answered(follower.subscription.cancel())])
}

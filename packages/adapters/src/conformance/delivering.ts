import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import { follow, leave, untilCaughtUp, untilCount } from './following.js'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { appendSingly, atNumber, batch, idsOf, newEvent, ok, stream, wholeLog } from './steps.js'

const one = stream('one')

export const deliveringGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('a subscription from the beginning delivers the log', async ({ store, harness }) => {
    await ok(store.append(one, noStream, batch(700)))
    await appendSingly(store, stream('two'), 3)
    const follower = await follow(harness, store)
    assert.deepEqual(await untilCaughtUp(follower), await wholeLog(store))
    await leave(follower)
  }),
  holds('a subscription goes on exactly after any position', async ({ store, harness }) => {
    await appendSingly(store, one, 9)
    const log = await wholeLog(store)
    for (const [index, event] of log.entries()) {
      const follower = await follow(harness, store, O.some(event.position))
      assert.deepEqual(await untilCaughtUp(follower), log.slice(index + 1))
      await leave(follower)
    }
  }),
  holds(
    'a subscription from the end delivers what is appended after it was answered, and nothing older',
    async (handles) => {
      const { store, other, harness } = handles
      const appended = await appendSingly(store, one, 3)
      const follower = await follow(harness, store, O.fromNullable(appended.at(-1)?.position))
      // Nobody has asked for a message yet.
      const events = batch(2)
      await ok(other.append(stream('two'), noStream, events))
      assert.deepEqual(idsOf(await untilCaughtUp(follower)), idsOf(events))
      await leave(follower)
    },
  ),
  holds('a subscription that waits is woken by an append through any handle', async (handles) => {
    const { store, other, harness } = handles
    const follower = await follow(harness, store)
    assert.deepEqual(await untilCaughtUp(follower), [])
    for (const [index, writer] of [store, other, store, other].entries()) {
      const [delivered] = await Promise.all([
        untilCaughtUp(follower),
        ok(writer.append(stream(`s-${index}`), noStream, batch(2))),
      ])
      assert.deepEqual(idsOf(delivered), idsOf((await wholeLog(store)).slice(-2)))
    }
    await leave(follower)
  }),
  holds('nothing is lost or repeated where catching up meets new events', async (handles) => {
    const { store, other, harness } = handles
    await ok(store.append(one, noStream, batch(600)))
    const follower = await follow(harness, store)
    const [delivered] = await Promise.all([
      untilCount(follower, 660),
      appendSingly(store, stream('two'), 30),
      appendSingly(other, stream('three'), 30),
    ])
    assert.deepEqual(idsOf(delivered), idsOf(await wholeLog(store)))
    await leave(follower)
  }),
  holds('a consumer that pauses gets everything later, and costs others nothing', async (handles) => {
    const { store, other, harness } = handles
    const [paused, brisk] = [await follow(harness, store), await follow(harness, store)]
    assert.deepEqual([await untilCaughtUp(paused), await untilCaughtUp(brisk)], [[], []])
    for (let number = 0; number < 4; number++) {
      const writer = number % 2 === 0 ? store : other
      await ok(writer.append(one, number === 0 ? noStream : atNumber(number * 300 - 1), batch(300)))
      assert.equal((await untilCount(brisk, 300)).length, 300)
    }
    const log = await wholeLog(store)
    assert.deepEqual([log.length, idsOf(await untilCaughtUp(paused))], [1_200, idsOf(log)])
    await leave(paused)
    await leave(brisk)
  }),
  holds(
    'CaughtUp comes once for each time the end is reached, and never before an event',
    async (handles) => {
      const { store, harness } = handles
      await appendSingly(store, one, 3)
      const follower = await follow(harness, store)
      assert.equal((await untilCaughtUp(follower)).length, 3)
      const [message] = await Promise.all([
        follower.next(),
        ok(store.append(stream('two'), noStream, [newEvent()])),
      ])
      assert.ok(message !== 'end' && message._tag === 'Events')
      assert.deepEqual(await follower.next(), { _tag: 'CaughtUp' })
      await leave(follower)
    },
  ),
  holds('a subscription to an empty log is caught up at once', async ({ store, harness }) => {
    const follower = await follow(harness, store)
    assert.deepEqual(await follower.next(), { _tag: 'CaughtUp' })
    await leave(follower)
  }),
]

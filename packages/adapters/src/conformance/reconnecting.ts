import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { RecordedEvent } from '@detrics/keys-domain'
import { holdsConnected, reached } from './connected.js'
import { follow, leave, untilCaughtUp, untilCount } from './following.js'
import type { Follower } from './following.js'
import { underWay } from './guarantee.js'
import type { EventStoreGuarantee, Handles } from './guarantee.js'
import type { ConnectionHooks } from './harness.js'
import { batch, idsOf, ok, stream, wholeLog } from './steps.js'

const rounds = 3

/** Reads on, and subscribes again after the last event if the subscription said that the server cannot be reached. */
const goOn = async (
  { store, harness }: Handles,
  connection: ConnectionHooks,
  {
    follower,
    seen,
    count,
  }: {
    readonly follower: Follower
    readonly seen: ReadonlyArray<RecordedEvent>
    readonly count: number
  },
): Promise<readonly [Follower, ReadonlyArray<RecordedEvent>]> => {
  let current = follower
  const events = [...seen]
  while (events.length < count) {
    const message = await current.next()
    if (message === 'end') return assert.fail('it ended without a reason')
    if (message._tag === 'Events') events.push(...message.events)
    if (message._tag !== 'Dropped') continue
    assert.equal(message.reason === 'Cancelled' ? 'Cancelled' : message.reason._tag, 'Unavailable')
    const last = O.fromNullable(events.at(-1)?.position)
    await reached(store.readAll(last, 1), connection)
    current = await follow(harness, store, last)
  }
  return [current, events]
}

export const reconnectingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holdsConnected(
    'a subscription outlives lost connections without a gap or a repetition',
    async (handles, connection) => {
      const { store, other, harness } = handles
      await ok(store.append(stream('before'), noStream, batch(3)))
      const follower = await follow(harness, store)
      const delivered = [...(await untilCaughtUp(follower))]
      for (let round = 0; round < rounds; round++) {
        // Once while it waits, and once between two messages.
        const waiting = underWay(untilCount(follower, 2))
        await connection.interrupt()
        await reached(other.append(stream(`waiting-${round}`), noStream, batch(2)), connection)
        delivered.push(...(await waiting))
        await connection.interrupt()
        await reached(other.append(stream(`between-${round}`), noStream, batch(2)), connection)
        delivered.push(...(await untilCount(follower, 2)))
      }
      assert.deepEqual(idsOf(delivered), idsOf(await wholeLog(store)))
      await leave(follower)
    },
  ),
  holdsConnected(
    'a subscription goes on after a restart of the server, or can be taken up, without a gap or a repetition',
    async (handles, connection) => {
      const { store, other, harness } = handles
      await ok(store.append(stream('before'), noStream, batch(3)))
      const follower = await follow(harness, store)
      const seen = await untilCaughtUp(follower)
      const going = underWay(goOn(handles, connection, { follower, seen, count: 7 }))
      await connection.stopServer()
      await connection.startServer()
      await reached(other.append(stream('while'), noStream, batch(2)), connection)
      await reached(store.append(stream('after'), noStream, batch(2)), connection)
      const [current, delivered] = await going
      assert.deepEqual(idsOf(delivered), idsOf(await wholeLog(store)))
      await leave(current)
    },
  ),
]

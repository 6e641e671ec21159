import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore, LogPage, Position } from '@detrics/keys-domain'
import { follow, leave, untilCaughtUp } from './following.js'
import { turns, underWay } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { holdsOverlapping } from './overlapping.js'
import { appendSingly, batch, idsOf, logAfter, ok, positionsOf, stream, wholeLog } from './steps.js'

const [before, slow, fast] = [stream('before'), stream('slow'), stream('fast')]
const looks = 3

/** Where a checkpoint stands after a page that was read after `from`. */
const checkpointAfter = ({ settled }: LogPage, from: O.Option<Position>): O.Option<Position> =>
  O.isSome(settled) ? settled : from

const reading = async (store: EventStore): Promise<ReadonlyArray<LogPage>> => {
  const pages: Array<LogPage> = []
  for (let look = 0; look < looks; look++) pages.push(await logAfter(store, O.none))
  return pages
}

/** Appends that overtake an older one which has taken its place and is not committed yet. */
export const overtakingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holdsOverlapping(
    'an event is handed out although an older append is unfinished, and the read is complete',
    async (overlap) => {
      const { store, other, beginAppend } = overlap
      await appendSingly(store, before, 2)
      const append = await beginAppend(slow, batch(2))
      const { position } = await ok(store.append(fast, noStream, batch(3)))
      for (const handle of [store, other])
        for (const { events, complete } of await reading(handle))
          assert.deepEqual([events.length, events.at(-1)?.position, complete], [5, position, true])
      await append.commit()
    },
  ),
  holdsOverlapping('no checkpoint moves past an unfinished append', async ({ store, other, beginAppend }) => {
    const appended = await appendSingly(store, before, 2)
    const append = await beginAppend(slow, batch(2))
    for (let number = 0; number < looks; number++)
      await ok(store.append(stream(`fast-${number}`), noStream, batch(2)))
    const last = O.fromNullable(appended.at(-1)?.position)
    for (const handle of [store, other]) {
      for (const { settled } of await reading(handle)) assert.deepEqual(settled, last)
      // From the checkpoint on nothing new is settled, and the checkpoint stays.
      const page = await logAfter(handle, last)
      assert.deepEqual(checkpointAfter(page, last), last)
    }
    await append.commit()
    assert.deepEqual(
      (await logAfter(store, O.none)).settled,
      O.some((await wholeLog(store)).at(-1)?.position),
    )
  }),
  holdsOverlapping(
    'a slow append below a fast one is not skipped, and what was not settled comes again in order',
    async (overlap) => {
      const { store, beginAppend } = overlap
      await appendSingly(store, before, 2)
      const [slowEvents, fastEvents] = [batch(2), batch(3)]
      const append = await beginAppend(slow, slowEvents)
      await ok(store.append(fast, noStream, fastEvents))
      const early = await logAfter(store, O.none)
      const checkpoint = checkpointAfter(early, O.none)
      assert.deepEqual(idsOf(early.events).slice(2), idsOf(fastEvents))
      await append.commit()
      const late = await logAfter(store, checkpoint)
      assert.deepEqual(idsOf(late.events), [...idsOf(slowEvents), ...idsOf(fastEvents)])
      assert.deepEqual(late.settled, O.fromNullable(late.events.at(-1)?.position))
      const positions = positionsOf(await wholeLog(store))
      assert.deepEqual(positions, positions.toSorted())
    },
  ),
  holdsOverlapping(
    'with nothing before it, an unfinished append leaves nothing settled',
    async ({ store, beginAppend }) => {
      const append = await beginAppend(slow, batch(1))
      assert.deepEqual(await logAfter(store, O.none), { events: [], settled: O.none, complete: true })
      await ok(store.append(fast, noStream, batch(1)))
      const { events, settled, complete } = await logAfter(store, O.none)
      assert.deepEqual([events.length, settled, complete], [1, O.none, true])
      await append.commit()
    },
  ),
  holdsOverlapping(
    'a subscription waits for an unfinished append, and then delivers all in order',
    async (overlap) => {
      const { store, other, harness, beginAppend } = overlap
      await appendSingly(store, before, 2)
      const follower = await follow(harness, other)
      assert.equal((await untilCaughtUp(follower)).length, 2)
      const [slowEvents, fastEvents] = [batch(2), batch(3)]
      const append = await beginAppend(slow, slowEvents)
      await ok(store.append(fast, noStream, fastEvents))
      let arrived = false
      const delivered = underWay(untilCaughtUp(follower).finally(() => (arrived = true)))
      await reading(other)
      await turns(100)
      assert.equal(arrived, false, 'something was delivered too early')
      await append.commit()
      // Whoever waits is woken by the next append at the latest.
      await ok(store.append(stream('next'), noStream, batch(1)))
      const events = [...(await delivered)]
      while (events.length < 6) events.push(...(await untilCaughtUp(follower)))
      assert.deepEqual(idsOf(events), idsOf((await wholeLog(store)).slice(2)))
      assert.deepEqual(idsOf(events).slice(0, 5), [...idsOf(slowEvents), ...idsOf(fastEvents)])
      await leave(follower)
    },
  ),
]

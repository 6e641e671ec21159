import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore, Position } from '@detrics/keys-domain'
import { assertWholeAndInOrder } from './burst.js'
import { follow, leave, untilCaughtUp } from './following.js'
import { underWay } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import type { OpenAppend } from './harness.js'
import { holdsOverlapping } from './overlapping.js'
import type { Overlap } from './overlapping.js'
import { seededNumbers } from './random.js'
import {
  atNumber,
  batch,
  idsOf,
  logAfter,
  ok,
  outcomes,
  settledOf,
  stream,
  wholeLog,
  wholeStream,
} from './steps.js'

const [slow, fast] = [stream('slow'), stream('fast')]
const rounds = 30
const openMax = 4

/** How appends that overlap come to their end, and what does not count among them. */
export const concludingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holdsOverlapping(
    'an append that is aborted neither holds the log up nor leaves a hole',
    async (overlap) => {
      const { store, harness, beginAppend } = overlap
      const follower = await follow(harness, store)
      assert.deepEqual(await untilCaughtUp(follower), [])
      const append = await beginAppend(slow, batch(2))
      const fastEvents = batch(2)
      await ok(store.append(fast, noStream, fastEvents))
      await append.abort()
      const { position } = await ok(store.append(stream('next'), noStream, batch(1)))
      const { events, settled, complete } = await logAfter(store, O.none)
      assert.deepEqual([events.length, settled, complete], [3, O.some(position), true])
      assert.deepEqual(await wholeStream(store, slow), { events: [], head: O.none })
      assert.equal((await untilCaughtUp(follower)).length, 3)
      await ok(store.append(slow, noStream, batch(1)))
      assert.equal((await wholeLog(store)).length, 4)
      await leave(follower)
    },
  ),
  holdsOverlapping(
    'an append to a stream whose last append is unfinished comes after it or is refused',
    async (overlap) => {
      const { store, beginAppend } = overlap
      const slowEvents = batch(2)
      const append = await beginAppend(slow, slowEvents)
      const following = underWay(outcomes([store.append(slow, atNumber(1), batch(2))]))
      await append.commit()
      const [outcome] = await following
      assert.ok(outcome === 'Appended' || outcome === 'WrongExpectedRevision', outcome)
      const { events } = await wholeStream(store, slow)
      assert.deepEqual(idsOf(events).slice(0, 2), idsOf(slowEvents))
      assert.equal(events.length, outcome === 'Appended' ? 4 : 2)
      assert.deepEqual(await wholeLog(store), events)
    },
  ),
  holdsOverlapping('a transaction of another program holds nothing up', async (overlap) => {
    const { store, harness, openForeignTransaction } = overlap
    const follower = await follow(harness, store)
    assert.deepEqual(await untilCaughtUp(follower), [])
    const end = await openForeignTransaction()
    try {
      const { position } = await ok(store.append(fast, noStream, batch(2)))
      const { settled, complete } = await logAfter(store, O.none)
      assert.deepEqual([settled, complete], [O.some(position), true])
      assert.equal((await untilCaughtUp(follower)).length, 2)
    } finally {
      await end()
    }
    await leave(follower)
  }),
  holdsOverlapping(
    'whatever the order in which appends end, a checkpoint meets every event once, in order',
    async (overlap) => {
      for (const seed of [1, 2, 3]) await showShuffledEnds(overlap, seed)
    },
  ),
]

/** Begins, commits and aborts appends in a random order, with others between, and follows by checkpoint. */
const showShuffledEnds = async ({ store, beginAppend }: Overlap, seed: number): Promise<void> => {
  const next = seededNumbers(seed)
  const start = (await logAfter(store, O.none)).settled
  const open: Array<readonly [OpenAppend, ReadonlyArray<string>]> = []
  const [committed, seen]: [Array<string>, Array<string>] = [[], []]
  let checkpoint = start
  const endOne = async (): Promise<void> => {
    const [chosen] = open.splice(next(open.length), 1)
    if (chosen === undefined) return
    if (next(3) === 0) return chosen[0].abort()
    await chosen[0].commit()
    committed.push(...chosen[1])
  }
  for (let round = 0; round < rounds; round++) {
    const events = batch(1 + next(3))
    const name = stream(`${seed}-${round}`)
    if (next(2) === 0 && open.length < openMax) open.push([await beginAppend(name, events), idsOf(events)])
    else {
      await ok(store.append(name, noStream, events))
      committed.push(...idsOf(events))
    }
    if (open.length === openMax || next(2) === 0) await endOne()
    checkpoint = await followOn(store, checkpoint, seen)
  }
  while (open.length > 0) await endOne()
  await followOn(store, checkpoint, seen)
  const log = (await logAfter(store, start)).events
  assertWholeAndInOrder(log, committed)
  assert.deepEqual(seen, idsOf(log))
}

const followOn = async (
  store: EventStore,
  checkpoint: O.Option<Position>,
  seen: Array<string>,
): Promise<O.Option<Position>> => {
  const page = await logAfter(store, checkpoint)
  seen.push(...idsOf(settledOf(page)))
  return O.isSome(page.settled) ? page.settled : checkpoint
}

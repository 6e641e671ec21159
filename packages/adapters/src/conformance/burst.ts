import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream } from '@detrics/keys-domain'
import type { EventStore, ExpectedRevision, Position, RecordedEvent } from '@detrics/keys-domain'
import { follow, leave } from './following.js'
import type { Follower } from './following.js'
import { answered, holds, turns, underWay } from './guarantee.js'
import type { EventStoreGuarantee, Handles } from './guarantee.js'
import { seededNumbers } from './random.js'
import { batch, idsOf, logAfter, newEvent, ok, settledOf, stream, tagOf, wholeLog } from './steps.js'

const writers = 32
const lulls = 4
const appendsBetweenLulls = 2
const pauseTurnsMax = 12
const triesMax = 100
/** With no append under way everything is settled, so hardly any read can be in vain. */
const idleReadsMax = 200

/** What a burst of appends leaves behind, and tells while it goes on. */
export interface Burst {
  /** The ids that are acknowledged, in the order in which the replies came. */
  readonly acknowledged: ReadonlyArray<string>
  readonly isOver: () => boolean
  readonly done: Promise<void>
}

/**
 * Many writers at once, each in its own rhythm, some of them in a stream that they share; and now and then a lull in
 * which nobody writes, because that is when a reader can be mistaken about who is writing.
 */
export const startBurst = ({ store, other }: Pick<Handles, 'store' | 'other'>, seed: number): Burst => {
  const acknowledged: Array<string> = []
  const next = seededNumbers(seed)
  const heads = Array.from({ length: writers }, (): ExpectedRevision => noStream)
  let over = false
  const write = async (writer: number): Promise<void> => {
    const handle = writer % 2 === 0 ? store : other
    const name = stream(writer % 8 === 0 ? 'shared' : `writer-${writer}`)
    for (let number = 0; number < appendsBetweenLulls; number++) {
      await turns(next(4) === 0 ? next(pauseTurnsMax * 4) : next(pauseTurnsMax))
      const events = batch(1 + next(3))
      heads[writer] = await appendSomehow(handle, name, { expected: heads[writer] ?? noStream, events })
      acknowledged.push(...idsOf(events))
    }
  }
  const writeAll = async (): Promise<void> => {
    for (let lull = 0; lull < lulls; lull++)
      await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    over = true
  }
  return { acknowledged, isOver: () => over, done: underWay(writeAll()) }
}

/** Appends at the end of a stream that others write too; gives where the stream ends afterwards. */
const appendSomehow = async (
  store: EventStore,
  name: Parameters<EventStore['append']>[0],
  { expected, events }: { readonly expected: ExpectedRevision; readonly events: ReturnType<typeof batch> },
): Promise<ExpectedRevision> => {
  let after = expected
  for (let count = 0; count < triesMax; count++) {
    const result = await answered(store.append(name, after, events)())
    if (E.isRight(result)) return at(result.right.last)
    if (result.left._tag !== 'WrongExpectedRevision') return assert.fail(tagOf(result.left))
    const { actual } = result.left
    after = O.isNone(actual) ? noStream : at(actual.value)
  }
  return assert.fail('never got through')
}

/** Fails unless these are the events of the log, each once, and those of each stream in their order. */
export const assertWholeAndInOrder = (
  events: ReadonlyArray<RecordedEvent>,
  expected: ReadonlyArray<string>,
): void => {
  const ids = idsOf(events)
  const [seen, wanted] = [new Set<string>(ids), new Set(expected)]
  assert.equal(expected.filter((id) => !seen.has(id)).length, 0, 'events were missed')
  assert.equal(ids.length, seen.size, 'events were repeated')
  assert.equal(ids.filter((id) => !wanted.has(id)).length, 0, 'events came from nowhere')
  const heads = new Map<string, bigint>()
  for (const { stream: name, revision } of events) {
    assert.equal(revision, (heads.get(name) ?? -1n) + 1n, 'a stream is out of order')
    heads.set(name, revision)
  }
}

/** Reads on from checkpoint to checkpoint, as a projection does, until a burst is over and the log at its end. */
const followSettled = async (store: EventStore, burst: Burst): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  let checkpoint: O.Option<Position> = O.none
  for (let idleReads = 0; idleReads < idleReadsMax;) {
    const wasOver = burst.isOver()
    const page = await logAfter(store, checkpoint, 40)
    const final = settledOf(page)
    events.push(...final)
    if (O.isSome(page.settled)) checkpoint = page.settled
    if (wasOver && page.complete && final.length === page.events.length) return events
    idleReads = wasOver && final.length === 0 ? idleReads + 1 : 0
    await turns(1)
  }
  return assert.fail('the end of the log does not get settled')
}

/** Everything up to an event that is appended when the burst is over, without that event. */
const followLive = async (
  { store }: Handles,
  follower: Follower,
  burst: Burst,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const last = newEvent()
  const appended = burst.done.then(() => ok(store.append(stream('over'), noStream, [last])))
  const events: Array<RecordedEvent> = []
  const read = async (): Promise<void> => {
    while (events.at(-1)?.id !== last.id) {
      const message = await follower.next()
      if (message === 'end' || message._tag === 'Dropped') return assert.fail('the subscription ended')
      if (message._tag === 'Events') events.push(...message.events)
    }
  }
  await Promise.all([appended, read()])
  return events.slice(0, -1)
}

export const burstGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('a live subscription to a burst of writers misses, repeats and reorders nothing', async (handles) => {
    const follower = await follow(handles.harness, handles.other)
    const burst = startBurst(handles, 11)
    const delivered = await followLive(handles, follower, burst)
    assertWholeAndInOrder(delivered, burst.acknowledged)
    assert.deepEqual(delivered, (await wholeLog(handles.store)).slice(0, -1))
    await leave(follower)
  }),
  holds(
    'whoever reads a burst from checkpoint to checkpoint misses, repeats and reorders nothing',
    async (handles) => {
      const burst = startBurst(handles, 12)
      const [read] = await Promise.all([followSettled(handles.other, burst), burst.done])
      assertWholeAndInOrder(read, burst.acknowledged)
      assert.deepEqual(read, await wholeLog(handles.store))
    },
  ),
  holds(
    'a complete read holds everything acknowledged before it began, also during a burst',
    async (handles) => {
      const burst = startBurst(handles, 13)
      const look = async (): Promise<void> => {
        let completeCount = 0
        while (!burst.isOver()) {
          const before = [...burst.acknowledged]
          const { events, complete } = await logAfter(handles.other, O.none)
          const ids = new Set<string>(idsOf(events))
          const missed = before.filter((id) => !ids.has(id)).length
          assert.ok(!complete || missed === 0, `${missed} events are missing in a complete read`)
          completeCount += complete ? 1 : 0
          await turns(1)
        }
        assert.ok(completeCount > 0, 'no read was complete')
      }
      await Promise.all([look(), burst.done])
    },
  ),
]

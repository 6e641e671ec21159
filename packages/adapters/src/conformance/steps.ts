import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { EventId, StreamId, at, noStream, pageLimitMax, revision } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  EventStore,
  ExpectedRevision,
  LogPage,
  NewEvent,
  Position,
  RecordedEvent,
  StreamPage,
  StreamQuery,
} from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { answered } from './guarantee.js'

/** The result, or the failure of the test that did not expect an error. */
export const ok = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await answered(task())
  if (E.isLeft(result)) assert.fail(`expected a result, got ${tagOf(result.left)}`)
  return result.right
}

/** The error, or the failure of the test that expected one. */
export const refused = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await answered(task())
  if (E.isRight(result)) assert.fail('expected an error, got a result')
  return result.left
}

export const refusedAs = async <L extends { readonly _tag: string }, A>(
  tag: L['_tag'],
  task: TaskEither<L, A>,
): Promise<void> => assert.equal((await refused(task))._tag, tag)

export const tagOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && '_tag' in error ? String(error._tag) : String(error)

export const stream = (name: string): StreamId => {
  assert.ok(StreamId.is(name))
  return name
}

export const eventId = (): EventId => {
  const id: string = randomUUID()
  assert.ok(EventId.is(id))
  return id
}

export const newEvent = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: eventId(),
  type: 'Happened',
  schema: 1,
  data: '{"n":1}',
  metadata: '{"actor":{"type":"system","reason":"kit"}}',
  ...over,
})

export type Batch = readonly [NewEvent, ...Array<NewEvent>]

/** A batch of events that differ in their data. */
export const batch = (size: number): Batch => [
  newEvent({ data: '{"n":0}' }),
  ...Array.from({ length: size - 1 }, (_, index) => newEvent({ data: `{"n":${index + 1}}` })),
]

export const atNumber = (number: number): ExpectedRevision => at(revision(number))

/** Appends events one by one to the end of a stream that has `already` events. */
export const appendSingly = async (
  store: EventStore,
  name: StreamId,
  size: number,
  already = 0,
): Promise<ReadonlyArray<Appended>> => {
  const results: Array<Appended> = []
  for (let number = already; number < already + size; number++)
    results.push(await ok(store.append(name, number === 0 ? noStream : atNumber(number - 1), [newEvent()])))
  return results
}

export const wholeStream = (
  store: EventStore,
  name: StreamId,
  direction: StreamQuery['direction'] = 'forwards',
): Promise<StreamPage> =>
  ok(
    store.readStream({
      stream: name,
      direction,
      from: direction === 'forwards' ? 'start' : 'end',
      limit: pageLimitMax,
    }),
  )

export const logAfter = (
  store: EventStore,
  after: O.Option<Position>,
  limit = pageLimitMax,
): Promise<LogPage> => ok(store.readAll(after, limit))

export const wholeLog = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> =>
  (await logAfter(store, O.none)).events

/** The events of the log whose order is final. */
export const settledLog = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> =>
  settledOf(await logAfter(store, O.none))

/** The events of a page whose order is final. */
export const settledOf = ({ events, settled }: LogPage): ReadonlyArray<RecordedEvent> =>
  O.isNone(settled) ? [] : events.filter(({ position }) => position <= settled.value)

const pagesMax = 10_000

/** Reads the log page by page until a page says that it is complete. */
export const pagedLog = async (
  store: EventStore,
  limit: number,
  from: O.Option<Position> = O.none,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  let after = from
  for (let count = 0; count < pagesMax; count++) {
    const page = await logAfter(store, after, limit)
    assert.ok(page.events.length <= limit)
    events.push(...page.events)
    if (page.complete) return events
    after = page.settled
  }
  return assert.fail('the log has no end')
}

export const idsOf = (events: ReadonlyArray<NewEvent>): ReadonlyArray<EventId> => events.map(({ id }) => id)
export const revisionsOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<bigint> =>
  events.map((event) => event.revision)
export const positionsOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<Position> =>
  events.map((event) => event.position)

export const numbers = (count: number): ReadonlyArray<bigint> =>
  Array.from({ length: count }, (_, n) => BigInt(n))

/** The tags of what several attempts at once ended with, sorted: `Appended`, or the error's. */
export const outcomes = async (
  attempts: ReadonlyArray<TaskEither<AppendError, Appended>>,
): Promise<ReadonlyArray<string>> => {
  const results = await answered(Promise.all(attempts.map((attempt) => attempt())))
  return results.map((result) => (E.isRight(result) ? result.right.outcome : result.left._tag)).toSorted()
}

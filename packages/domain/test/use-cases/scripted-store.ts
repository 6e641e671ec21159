import {
  at,
  closed,
  invalidRequest,
  noStream,
  outcomeUnknown,
  position,
  revision,
  unavailable,
  wrongExpectedRevision,
  type AppendError,
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadError,
  type RecordedEvent,
  type StreamId,
  type StreamQuery,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'

/** What happens to one append. `Lost` and `Stored` say what became of an append whose outcome is unknown. */
export type AppendStep =
  | 'Works'
  | 'Lost'
  | 'Stored'
  | 'Unavailable'
  | 'Closed'
  | AppendError
  /** Another process appends first. */
  | { readonly before: () => void }

export interface AppendCall {
  readonly stream: StreamId
  readonly expected: ExpectedRevision
  readonly events: ReadonlyArray<NewEvent>
}

/** A store that holds streams in arrays and does as it is told; what is not scripted works. */
export interface ScriptedStore extends EventStore {
  readonly appends: ReadonlyArray<AppendCall>
  readonly reads: ReadonlyArray<StreamQuery>
  readonly events: (stream: StreamId) => ReadonlyArray<RecordedEvent>
  /** The next appends; the last step goes on for ever when `forever` is set. */
  readonly scriptAppends: (steps: ReadonlyArray<AppendStep>, forever?: AppendStep) => void
  readonly scriptReads: (steps: ReadonlyArray<ReadError | 'Works'>, forever?: ReadError) => void
  /** What another process does: appended at the end, whatever is there. */
  readonly appendElsewhere: (stream: StreamId, events: ReadonlyArray<NewEvent>) => void
  /** Puts a stream back to its first so many events. */
  readonly putBack: (stream: StreamId, count: number) => void
}

export const scriptedStore = (): ScriptedStore => {
  const streams = new Map<StreamId, ReadonlyArray<RecordedEvent>>()
  const appends: AppendCall[] = []
  const reads: StreamQuery[] = []
  const nextAppend = script<AppendStep>('Works')
  const nextRead = script<ReadError | 'Works'>('Works')
  const eventsOf = (stream: StreamId): ReadonlyArray<RecordedEvent> => streams.get(stream) ?? []

  const add = (stream: StreamId, events: ReadonlyArray<NewEvent>): void => {
    const held = eventsOf(stream)
    const placed = events.map((event, i) => ({
      ...event,
      stream,
      revision: revision(held.length + i),
      position: position(String(held.length + i)),
      recordedAt: 0,
    }))
    streams.set(stream, [...held, ...placed])
  }

  const store = (
    stream: StreamId,
    expected: ExpectedRevision,
    events: ReadonlyArray<NewEvent>,
  ): E.Either<AppendError, Appended> => {
    const held = eventsOf(stream)
    const first = held.findIndex(({ id }) => id === events[0]?.id)
    if (first >= 0) return E.right(placed('AlreadyAppended', first, events.length))
    const head = held.at(-1)
    const actual = head === undefined ? noStream : at(head.revision)
    if (JSON.stringify(actual, bigintText) !== JSON.stringify(expected, bigintText))
      return E.left(wrongExpectedRevision(stream, O.fromNullable(head?.revision)))
    add(stream, events)
    return E.right(placed('Appended', held.length, events.length))
  }

  const append = (
    stream: StreamId,
    expected: ExpectedRevision,
    events: ReadonlyNonEmptyArray<NewEvent>,
  ): E.Either<AppendError, Appended> => {
    appends.push({ stream, expected, events })
    const step = nextAppend.take()
    if (step === 'Unavailable') return E.left(unavailable('scripted'))
    if (step === 'Closed') return E.left(closed)
    if (step === 'Lost') return E.left(outcomeUnknown('scripted'))
    if (typeof step === 'object' && '_tag' in step) return E.left(step)
    if (typeof step === 'object') step.before()
    const result = store(stream, expected, events)
    return step === 'Stored' ? E.left(outcomeUnknown('scripted')) : result
  }

  const readStream = (query: StreamQuery) => {
    reads.push(query)
    const step = nextRead.take()
    if (step !== 'Works') return E.left(step)
    if (query.direction === 'backwards' || query.from === 'end') return E.left(invalidRequest('not scripted'))
    const from = query.from === 'start' ? 0 : Number(query.from)
    const held = eventsOf(query.stream)
    return E.right({
      events: held.slice(from, from + query.limit),
      head: O.fromNullable(held.at(-1)?.revision),
    })
  }

  return {
    append: (stream, expected, events) => () => Promise.resolve(append(stream, expected, events)),
    readStream: (query) => () => Promise.resolve(readStream(query)),
    readAll: () => () => Promise.resolve(E.left(invalidRequest('not scripted'))),
    subscribe: () => () => Promise.resolve(E.left(invalidRequest('not scripted'))),
    close: () => Promise.resolve(),
    appends,
    reads,
    events: eventsOf,
    scriptAppends: nextAppend.set,
    scriptReads: nextRead.set,
    appendElsewhere: add,
    putBack: (stream, count) => {
      streams.set(stream, eventsOf(stream).slice(0, count))
    },
  }
}

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

const placed = (outcome: Appended['outcome'], first: number, count: number): Appended => ({
  outcome,
  first: revision(first),
  last: revision(first + count - 1),
  position: position(String(first + count - 1)),
})

const script = <A>(otherwise: A) => {
  let steps: ReadonlyArray<A> = []
  let last = otherwise
  return {
    set: (next: ReadonlyArray<A>, forever: A = otherwise): void => {
      steps = next
      last = forever
    },
    take: (): A => {
      const [step = last, ...rest] = steps
      steps = rest
      return step
    },
  }
}

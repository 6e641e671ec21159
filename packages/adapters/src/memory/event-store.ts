import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { closed as closedError, revision, rewound } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  Closed,
  EventId,
  EventStore,
  InvalidRequest,
  LogPage,
  NewEvent,
  Position,
  RecordedEvent,
  Revision,
  Rewound,
  StreamId,
  StreamPage,
  StreamQuery,
} from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { bell } from '../shared/bell.js'
import { place } from '../shared/placement.js'
import { placeAfter, positionOf } from '../shared/position.js'
import { checkAppend, checkLimit, checkStreamQuery } from '../shared/request.js'
import type { AppendRequest } from '../shared/request.js'
import { streamPageOf } from '../shared/stream-page.js'
import { subscription } from '../shared/subscription.js'
import { immediately } from '../shared/task.js'

/**
 * An event store in the memory of this process: for tests, and for embedding where the log need not outlive it.
 *
 * Everything that a call does, it does in the tick in which it is run; so appends need no lock, and everything
 * that is appended is settled.
 */
export const memoryEventStore = (): EventStore => {
  const log = memoryLog()
  const wakeUp = bell()
  let closed = false

  const whileOpen = <L, A>(act: () => E.Either<L, A>): TaskEither<L | Closed, A> =>
    immediately((): E.Either<L | Closed, A> => (closed ? E.left(closedError) : act()))

  const readAll: EventStore['readAll'] = (after, limit) => whileOpen(() => log.readAll(after, limit))

  return {
    append: (stream, expected, events) =>
      whileOpen(() => {
        const appended = log.append({ stream, expected, events })
        if (E.isRight(appended)) wakeUp.ring()
        return appended
      }),
    readStream: (query) => whileOpen(() => log.readStream(query)),
    readAll,
    subscribe: (after) =>
      whileOpen(() => E.map(() => subscription(readAll, wakeUp, after))(placeAfter(after))),
    close: immediately(() => {
      closed = true
      wakeUp.ring()
    }),
  }
}

interface MemoryLog {
  readonly append: (request: AppendRequest) => E.Either<AppendError, Appended>
  readonly readStream: (query: StreamQuery) => E.Either<InvalidRequest, StreamPage>
  readonly readAll: (after: O.Option<Position>, limit: number) => E.Either<InvalidRequest | Rewound, LogPage>
}

const memoryLog = (): MemoryLog => {
  const all: Array<RecordedEvent> = []
  const byId = new Map<EventId, RecordedEvent>()
  const byStream = new Map<StreamId, Array<RecordedEvent>>()

  const headOf = (stream: StreamId): Revision | undefined => byStream.get(stream)?.at(-1)?.revision

  const add = (stream: StreamId, event: NewEvent, at: Revision, recordedAt: number): void => {
    const recorded = recordedFrom(event, {
      stream,
      revision: at,
      position: positionOf(all.length + 1, event.id),
      recordedAt,
    })
    all.push(recorded)
    byId.set(recorded.id, recorded)
    const events = byStream.get(stream)
    if (events === undefined) byStream.set(stream, [recorded])
    else events.push(recorded)
  }

  const append = (request: AppendRequest): E.Either<AppendError, Appended> => {
    const checked = checkAppend(request)
    if (E.isLeft(checked)) return checked
    const placed = place(request, { find: (id) => byId.get(id), head: headOf })
    if (E.isLeft(placed)) return placed
    if (placed.right._tag === 'Known') return E.right(placed.right.appended)
    const { first } = placed.right
    const recordedAt = Date.now()
    request.events.forEach((event, index) =>
      add(request.stream, event, revision(first + BigInt(index)), recordedAt),
    )
    const last = revision(first + BigInt(request.events.length - 1))
    const { id } = RNEA.last(request.events)
    return E.right({ outcome: 'Appended', first, last, position: positionOf(all.length, id) })
  }

  const readStream = (query: StreamQuery): E.Either<InvalidRequest, StreamPage> =>
    E.map((): StreamPage => {
      const events = byStream.get(query.stream) ?? []
      return { events: streamPageOf(events, query), head: O.fromNullable(headOf(query.stream)) }
    })(checkStreamQuery(query))

  const readAll = (after: O.Option<Position>, limit: number): E.Either<InvalidRequest | Rewound, LogPage> => {
    const checked = checkLimit(limit)
    if (E.isLeft(checked)) return checked
    const named = placeAfter(after)
    if (E.isLeft(named)) return named
    const place = Number(named.right?.place ?? 0)
    if (O.isSome(after) && all[place - 1]?.position !== after.value) return E.left(rewound)
    const events = all.slice(place, place + limit)
    const last = events.at(-1)
    const settled = last === undefined ? after : O.some(last.position)
    return E.right({ events, settled, complete: place + events.length >= all.length })
  }

  return { append, readStream, readAll }
}

/** Frozen and copied: neither the caller who appended it nor one who read it can change what is recorded. */
const recordedFrom = (
  { id, type, schema, data, metadata }: NewEvent,
  place: Omit<RecordedEvent, keyof NewEvent>,
): RecordedEvent => Object.freeze({ id, type, schema, data, metadata, ...place })

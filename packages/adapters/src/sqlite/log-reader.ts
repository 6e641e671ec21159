import type Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { revision, rewound } from '@detrics/keys-domain'
import type {
  EventId,
  LogPage,
  Position,
  RecordedEvent,
  Rewound,
  StreamPage,
  StreamQuery,
} from '@detrics/keys-domain'
import { tagOf, type NamedPlace } from '../shared/position.js'
import { eventsFrom, selectEvents } from './rows.js'
import type { EventRow } from './rows.js'

/** The queries of a store. They throw what SQLite throws. */
export interface LogReader {
  readonly readStream: (query: StreamQuery) => StreamPage
  /** What is committed after a place; `Rewound` if it is not the event there that the position names. */
  readonly readAll: (query: LogQuery) => E.Either<Rewound, LogPage>
  /** The place of the last event, 0 for an empty log. */
  readonly tail: () => number
}

export interface LogQuery {
  readonly after: O.Option<Position>
  /** The same, taken apart. */
  readonly named: NamedPlace | undefined
  readonly limit: number
}

/**
 * Reads by `all()` only: while an iterator is open, every other read on its connection sees the old snapshot, and
 * an event that is committed meanwhile would be missed.
 */
export const logReader = (database: Database.Database): LogReader => {
  const from = database.prepare<[bigint, number], EventRow>(
    `${selectEvents} WHERE e.position >= ? ORDER BY e.position LIMIT ?`,
  )
  const end = database.prepare<[], LogEnd>(
    'SELECT position AS place, id FROM events ORDER BY position DESC LIMIT 1',
  )
  const head = database
    .prepare<[string], number | null>(
      'SELECT max(revision) FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?)',
    )
    .pluck()
  const forwards = database.prepare<[string, bigint, number], EventRow>(
    `${selectEvents} WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`,
  )
  const backwards = database.prepare<[string, bigint, number], EventRow>(
    `${selectEvents} WHERE s.name = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`,
  )
  const tail = database.prepare<[], number | null>('SELECT max(position) FROM events').pluck()

  /** One transaction, so that the head belongs to the same moment as the events. */
  const readPage = database.transaction(({ stream, direction, from, limit }: StreamQuery): StreamPage => {
    const last = head.get(stream) ?? undefined
    if (last === undefined) return { events: [], head: O.none }
    const start = from === 'start' ? 0n : from === 'end' ? BigInt(last) : clamp(from)
    const rows = (direction === 'forwards' ? forwards : backwards).all(stream, start, limit)
    return { events: eventsFrom(rows), head: O.some(revision(last)) }
  })

  const readStream = (query: StreamQuery): StreamPage => {
    // Most reads ask for what follows a known revision and find nothing: one small query tells it.
    if (query.direction === 'forwards' && typeof query.from === 'bigint') {
      const last = head.get(query.stream) ?? undefined
      if (last !== undefined && query.from > last) return { events: [], head: O.some(revision(last)) }
    }
    return readPage.deferred(query)
  }

  /** One process writes at a time and gives out positions under its lock: all that is committed is settled. */
  const readAll = ({ named, after, limit }: LogQuery): E.Either<Rewound, LogPage> => {
    if (named === undefined) return E.right(pageFrom(eventsFrom(from.all(1n, limit)), after, limit))
    // Most reads find nothing here too; a tail that is no further was no further when the call began.
    const last = end.get()
    if (last === undefined || last.place < named.place) return E.left(rewound)
    if (BigInt(last.place) === named.place)
      return tagOf(last.id) === named.tag ? E.right(pageFrom([], after, limit)) : E.left(rewound)
    // In one statement, because the event that is named and those after it must be of the same log.
    const events = eventsFrom(from.all(named.place, limit + 1))
    return O.isSome(after) && events[0]?.position === after.value
      ? E.right(pageFrom(events.slice(1), after, limit))
      : E.left(rewound)
  }

  return { readStream, readAll, tail: () => tail.get() ?? 0 }
}

interface LogEnd {
  readonly place: number
  readonly id: EventId
}

const pageFrom = (
  events: ReadonlyArray<RecordedEvent>,
  after: O.Option<Position>,
  limit: number,
): LogPage => {
  const last = events.at(-1)
  const settled = last === undefined ? after : O.some(last.position)
  return { events, settled, complete: events.length < limit }
}

const integerMax = 2n ** 63n - 1n

/** A revision is any whole number, an integer of SQLite is not. */
const clamp = (value: bigint): bigint => (value > integerMax ? integerMax : value)

import type Database from 'better-sqlite3'
import * as O from 'fp-ts/lib/Option.js'
import { revision } from '@detrics/keys-domain'
import type { LogPage, Position, StreamPage, StreamQuery } from '@detrics/keys-domain'
import { eventsFrom, selectEvents } from './rows.js'
import type { EventRow } from './rows.js'

/** The queries of a store. They throw what SQLite throws. */
export interface LogReader {
  readonly readStream: (query: StreamQuery) => StreamPage
  /** What is committed after a place; `after` is the position of that place. */
  readonly readAll: (place: number, after: O.Option<Position>, limit: number) => LogPage
  /** The place of the last event, 0 for an empty log. */
  readonly tail: () => number
}

/**
 * Reads by `all()` only: while an iterator is open, every other read on its connection sees the old snapshot, and
 * an event that is committed meanwhile would be missed.
 */
export const logReader = (database: Database.Database): LogReader => {
  const after = database.prepare<[number, number], EventRow>(
    `${selectEvents} WHERE e.position > ? ORDER BY e.position LIMIT ?`,
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
  const readAll = (place: number, from: O.Option<Position>, limit: number): LogPage => {
    // The same here; a tail that is no further was no further when the call began.
    if ((tail.get() ?? 0) <= place) return { events: [], settled: from, complete: true }
    const events = eventsFrom(after.all(place, limit))
    const last = events.at(-1)
    const settled = last === undefined ? from : O.some(last.position)
    return { events, settled, complete: events.length < limit }
  }

  return { readStream, readAll, tail: () => tail.get() ?? 0 }
}

const integerMax = 2n ** 63n - 1n

/** A revision is any whole number, an integer of SQLite is not. */
const clamp = (value: bigint): bigint => (value > integerMax ? integerMax : value)

import type Database from 'better-sqlite3'
import { revision } from '@detrics/keys-domain'
import type { NewEvent, Revision, StreamId } from '@detrics/keys-domain'
import type { LogIndex } from '../shared/placement.js'
import { eventFrom, selectEvents } from './rows.js'
import type { EventRow } from './rows.js'

/** The log inside the transaction of the writer. What SQLite throws is thrown on. */
export interface LogTables extends LogIndex {
  readonly tail: (stream: StreamId) => Tail
  /** Adds a batch from a revision of its stream on, and gives the place of its last event. */
  readonly insert: (batch: Batch) => number
}

/** Where a stream ends. */
export interface Tail {
  /** The number that stands for its name; undefined for a stream that is not there. */
  readonly number: number | undefined
  readonly head: Revision | undefined
}

interface Batch {
  readonly stream: StreamId
  /** The stream's, where it is known already. */
  readonly number: number | undefined
  readonly first: Revision
  readonly events: ReadonlyArray<NewEvent>
}

export const logTables = (database: Database.Database): LogTables => {
  const byId = database.prepare<[string], EventRow>(`${selectEvents} WHERE e.id = ?`)
  const addStream = database.prepare<[string]>('INSERT INTO streams (name) VALUES (?)')
  const end = database.prepare<[string], { readonly number: number; readonly head: number | null }>(
    `SELECT s.id AS number, (SELECT max(revision) FROM events WHERE stream = s.id) AS head
     FROM streams s WHERE name = ?`,
  )
  const addEvent = database.prepare<[number, number, string, string, number, string, string, number]>(
    `INSERT INTO events (stream, revision, id, type, schema, data, metadata, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )

  const tail = (stream: StreamId): Tail => {
    const row = end.get(stream)
    return { number: row?.number, head: typeof row?.head === 'number' ? revision(row.head) : undefined }
  }

  const insert = ({ stream, number, first, events }: Batch): number => {
    const known = number ?? tail(stream).number ?? Number(addStream.run(stream).lastInsertRowid)
    const recordedAt = Date.now()
    let next = Number(first)
    let place: number | bigint = 0
    // A row at a time: of a statement for many rows SQLite must be able to undo a part, and copies each page for it.
    for (const { id, type, schema, data, metadata } of events)
      place = addEvent.run(known, next++, id, type, schema, data, metadata, recordedAt).lastInsertRowid
    return Number(place)
  }

  return {
    find: (id) => {
      const row = byId.get(id)
      return row === undefined ? undefined : eventFrom(row)
    },
    head: (stream) => tail(stream).head,
    tail,
    insert,
  }
}

import { revision } from '@detrics/keys-domain'
import type { EventId, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'

/** An event as SQLite gives it: integers are numbers, exact to 2^53, which no revision or position reaches. */
export interface EventRow {
  readonly position: number
  readonly stream: StreamId
  readonly revision: number
  readonly id: EventId
  readonly type: string
  readonly schema: number
  readonly data: string
  readonly metadata: string
  readonly recordedAt: number
}

/** The beginning of every query for events. */
export const selectEvents = `SELECT e.position, s.name AS stream, e.revision, e.id, e.type, e.schema, e.data, e.metadata,
  e.recorded_at AS recordedAt FROM events e JOIN streams s ON s.id = e.stream`

export const eventFrom = (row: EventRow): RecordedEvent => ({
  id: row.id,
  type: row.type,
  schema: row.schema,
  data: row.data,
  metadata: row.metadata,
  stream: row.stream,
  revision: revision(row.revision),
  position: positionOf(row.position, row.id),
  recordedAt: row.recordedAt,
})

/**
 * Built by `Array.from`: the driver's own arrays belong to the realm into which its binary was loaded, and where this
 * code runs in another (a `vm` context, a test runner) they are not deeply equal to arrays that look the same.
 */
export const eventsFrom = (rows: ReadonlyArray<EventRow>): ReadonlyArray<RecordedEvent> =>
  Array.from(rows, eventFrom)

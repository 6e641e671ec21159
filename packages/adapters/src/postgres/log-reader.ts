import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { revision, rewound, unavailable } from '@detrics/keys-domain'
import type {
  LogPage,
  Position,
  RecordedEvent,
  Rewound,
  StreamPage,
  StreamQuery,
  Unavailable,
} from '@detrics/keys-domain'
import { tagOf, type NamedPlace } from '../shared/position.js'
import { readFault } from './fault.js'
import type { LogSession } from './log-session.js'
import { lastPlaceStatement, lowestLockStatement, markOf, placeIn, raisedBy } from './mark.js'
import { eventColumns, eventFrom, idColumn } from './rows.js'
import type { HighestMark } from './mark.js'
import type { Row, Rows, Statement } from './session.js'
import { inRecoveryReason } from './session-settings.js'

/** What `readAll` asks for: what follows the place that is named, which is `after`. */
export interface LogQuery {
  readonly named: NamedPlace | undefined
  readonly after: O.Option<Position>
  readonly limit: number
}

export interface LogToRead {
  readonly schema: string
  readonly marks: HighestMark
}

/** (c) of the steps in `mark.ts`: the event that `after` names, without its content, and those that follow it. */
export const rowsAfterStatement = (schema: string, { named, limit }: LogQuery): Statement => ({
  name: 'rows after',
  text: `SELECT position, stream, revision, id, type, schema, CASE WHEN position > $1 THEN data END,
      CASE WHEN position > $1 THEN metadata END, recorded_at
    FROM ${schema}.events WHERE position >= $1 ORDER BY position LIMIT $2`,
  values: [named?.place ?? 0n, named === undefined ? limit : limit + 1],
})

export type LogAnswer = E.Either<Rewound | Unavailable, LogPage>

/** The three statements are sent at once; the server takes them in this order, each in a transaction of its own. */
export const readLog = async (session: LogSession, log: LogToRead, query: LogQuery): Promise<LogAnswer> => {
  const known = log.marks.known()
  const [last, lowest, rows] = await Promise.all([
    session.run(lastPlaceStatement(log.schema)),
    session.run(lowestLockStatement(session.facts)),
    session.run(rowsAfterStatement(log.schema, query)),
  ])
  if (E.isLeft(last)) return E.left(readFault(last.left))
  if (E.isLeft(lowest)) return E.left(readFault(lowest.left))
  if (E.isLeft(rows)) return E.left(readFault(rows.left))
  const [lastRow] = last.right
  const lastPlace = placeIn(lastRow)
  if (lastPlace === undefined || lastRow?.[1] !== 'f') return E.left(unavailable(inRecoveryReason))
  if (lastPlace < known) log.marks.forget()
  const mark = raisedBy(known, markOf(lastPlace, placeIn(lowest.right[0])), lastPlace)
  log.marks.note(mark)
  return pageOf(query, rows.right, mark)
}

export const pageOf = ({ named, after, limit }: LogQuery, rows: Rows, mark: bigint): LogAnswer => {
  if (named !== undefined && !isNamedBy(named, rows[0])) return E.left(rewound)
  const events = (named === undefined ? rows : rows.slice(1)).map(eventFrom)
  const settledCount = countUpTo(rows, mark) - (named === undefined ? 0 : 1)
  const lastSettled = events[settledCount - 1]
  return E.right({
    events,
    settled: lastSettled !== undefined ? O.some(lastSettled.position) : settledCount === 0 ? after : O.none,
    complete: events.length < limit,
  })
}

const isNamedBy = ({ place, tag }: NamedPlace, row: Row | undefined): boolean =>
  row !== undefined && placeIn(row) === place && tagOf(row[idColumn] as RecordedEvent['id']) === tag

/** How many of the rows, whose positions rise, stand at or below the mark. */
const countUpTo = (rows: Rows, mark: bigint): number => {
  const beyond = rows.findLastIndex((row) => BigInt(row[0] ?? 0) <= mark)
  return beyond + 1
}

/** The stream's last revision with each row, so that both belong to the same moment; one row of it alone if none fits. */
const streamStatement = (schema: string, { stream, direction, from, limit }: StreamQuery): Statement => ({
  name: `stream ${direction}`,
  text: `SELECT h.head, ${eventColumns}
    FROM (SELECT max(revision) AS head FROM ${schema}.events WHERE stream = $1) h
    LEFT JOIN LATERAL (SELECT * FROM ${schema}.events WHERE stream = $1
      AND revision ${direction === 'forwards' ? '>=' : '<='} coalesce($2, h.head)
      ORDER BY revision ${direction === 'forwards' ? '' : 'DESC'} LIMIT $3) e ON true`,
  values: [stream, from === 'start' ? 0n : from === 'end' ? null : clamp(from), limit],
})

export const readStreamPage = async (
  session: LogSession,
  schema: string,
  query: StreamQuery,
): Promise<E.Either<Unavailable, StreamPage>> => {
  const rows = await session.run(streamStatement(schema, query))
  if (E.isLeft(rows)) return E.left(readFault(rows.left))
  const head = rows.right[0]?.[0] ?? undefined
  if (head === undefined) return E.right({ events: [], head: O.none })
  const events = rows.right.filter((row) => row[1] !== null).map((row) => eventFrom(row.slice(1)))
  return E.right({ events: inOrder(events, query.direction), head: O.some(revision(Number(head))) })
}

/** They come in order from the index; SQL promises it of the outermost ORDER BY only, which would sort them again. */
const inOrder = (
  events: ReadonlyArray<RecordedEvent>,
  direction: StreamQuery['direction'],
): ReadonlyArray<RecordedEvent> => {
  const sign = direction === 'forwards' ? 1 : -1
  return events.toSorted((a, b) => sign * Number(a.revision - b.revision))
}

const integerMax = 2n ** 63n - 1n

/** A revision is any whole number, an integer of PostgreSQL is not. */
const clamp = (value: bigint): bigint => (value > integerMax ? integerMax : value)

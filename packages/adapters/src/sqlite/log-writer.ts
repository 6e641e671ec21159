import type Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import { outcomeUnknown, revision, unavailable } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  NewEvent,
  OutcomeUnknown,
  Position,
  Revision,
  StreamId,
  Unavailable,
} from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import type { LogIndex } from '../shared/placement.js'
import { positionOf } from '../shared/position.js'
import type { AppendRequest } from '../shared/request.js'
import { attempt } from './busy.js'
import type { SqliteFault } from './busy.js'
import { eventFrom, selectEvents } from './rows.js'
import type { EventRow } from './rows.js'

/** The steps of a transaction. */
export interface LogWriter {
  readonly begin: () => E.Either<SqliteFault, void>
  /** One append within the transaction; if it is refused, it has written nothing and harms no other. */
  readonly append: (request: AppendRequest) => E.Either<AppendError, Appended>
  /** Ends the transaction in any case. `OutcomeUnknown`: it may be found in the file after a restart, or not. */
  readonly commit: () => E.Either<Unavailable | OutcomeUnknown, void>
}

export const logWriter = (database: Database.Database): LogWriter => {
  const run = (sql: string): (() => E.Either<SqliteFault, void>) => {
    const statement = database.prepare<[]>(sql)
    return () => attempt(() => void statement.run())
  }
  // Immediate: a transaction that reads first and writes then is refused at once, whatever the busy timeout says.
  const begin = run('BEGIN IMMEDIATE')
  const end = run('COMMIT')
  const rollback = run('ROLLBACK')
  const save = run('SAVEPOINT one_append')
  const release = run('RELEASE one_append')
  const undo = run('ROLLBACK TO one_append')
  const tables = logTables(database)

  const append = (request: AppendRequest): E.Either<AppendError, Appended> => {
    if (!database.inTransaction) return E.left(transactionLost)
    const saved = save()
    if (E.isLeft(saved)) return E.left(sqliteUnavailable(saved.left))
    const tried = attempt(() => write(request, tables))
    if (E.isRight(tried)) {
      release()
      return tried.right
    }
    // After the gravest faults (disk full, I/O) SQLite has ended the whole transaction, and there is nothing to undo.
    if (database.inTransaction) {
      undo()
      release()
    }
    return E.left(sqliteUnavailable(tried.left))
  }

  const commit = (): E.Either<Unavailable | OutcomeUnknown, void> => {
    if (!database.inTransaction) return E.left(transactionLost)
    const ended = end()
    if (E.isRight(ended)) return ended
    const { busy, code } = ended.left
    const undone = database.inTransaction && E.isRight(rollback())
    // A lock that was not got is no matter of the disk: what was then rolled back is in no file.
    return E.left(busy && undone ? unavailable(code) : outcomeUnknown(code))
  }

  return { begin, append, commit }
}

export const sqliteUnavailable = ({ code }: SqliteFault): Unavailable => unavailable(code)

/** SQLite ended the transaction before its commit, after a fault of an append before this one. */
const transactionLost = unavailable('the transaction was rolled back')

/** The log inside the transaction of the writer. */
interface LogTables extends LogIndex {
  readonly streamNumber: (stream: StreamId) => number
  readonly insert: (stream: number, at: Revision, event: NewEvent, recordedAt: number) => number
}

const write = (request: AppendRequest, log: LogTables): E.Either<AppendError, Appended> => {
  const placed = place(request, log)
  if (E.isLeft(placed)) return placed
  if (placed.right._tag === 'Known') return E.right(placed.right.appended)
  const { first } = placed.right
  const stream = log.streamNumber(request.stream)
  const recordedAt = Date.now()
  const insertAt = (at: Revision, event: NewEvent): Position =>
    positionOf(log.insert(stream, at, event, recordedAt), event.id)
  let last = first
  const [, ...later] = request.events
  let position = insertAt(first, request.events[0])
  for (const [index, event] of later.entries()) {
    last = revision(first + BigInt(index + 1))
    position = insertAt(last, event)
  }
  return E.right({ outcome: 'Appended', first, last, position })
}

const logTables = (database: Database.Database): LogTables => {
  const byId = database.prepare<[string], EventRow>(`${selectEvents} WHERE e.id = ?`)
  const numberOf = database.prepare<[string], number>('SELECT id FROM streams WHERE name = ?').pluck()
  const addStream = database.prepare<[string]>('INSERT INTO streams (name) VALUES (?)')
  const head = database
    .prepare<[number], number | null>('SELECT max(revision) FROM events WHERE stream = ?')
    .pluck()
  const addEvent = database.prepare<[number, bigint, string, string, number, string, string, number]>(
    `INSERT INTO events (stream, revision, id, type, schema, data, metadata, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    find: (id) => {
      const row = byId.get(id)
      return row === undefined ? undefined : eventFrom(row)
    },
    head: (stream) => {
      const number = numberOf.get(stream)
      const last = number === undefined ? undefined : head.get(number)
      return last === undefined || last === null ? undefined : revision(last)
    },
    streamNumber: (stream) => numberOf.get(stream) ?? Number(addStream.run(stream).lastInsertRowid),
    insert: (stream, at, event, recordedAt) =>
      Number(
        addEvent.run(stream, at, event.id, event.type, event.schema, event.data, event.metadata, recordedAt)
          .lastInsertRowid,
      ),
  }
}

import type Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { outcomeUnknown, revision, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended, OutcomeUnknown, Unavailable } from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import { positionOf } from '../shared/position.js'
import type { AppendRequest } from '../shared/request.js'
import { attempt } from './busy.js'
import type { SqliteFault } from './busy.js'
import { logTables } from './log-tables.js'
import type { LogTables } from './log-tables.js'

/** The steps of a transaction. */
export interface LogWriter {
  readonly begin: () => E.Either<SqliteFault, void>
  /**
   * One append within the transaction; a refusal has written nothing and harms no other. A fault ends the transaction.
   *
   * `boldly` takes ids that it does not know for new ones, and a known one is then a fault: right for almost every
   * append, and it saves a search for each event.
   */
  readonly append: (request: AppendRequest, how: 'boldly' | 'carefully') => E.Either<AppendError, Appended>
  /** A fault has ended the transaction: nothing of it is written, and there is nothing to commit. */
  readonly isLost: () => boolean
  /** Ends the transaction in any case. `OutcomeUnknown`: it may be found in the file after a restart, or not. */
  readonly commit: () => E.Either<Unavailable | OutcomeUnknown, void>
}

export const logWriter = (database: Database.Database): LogWriter => {
  const run = (sql: string): (() => E.Either<SqliteFault, void>) => {
    const statement = database.prepare<[]>(sql)
    return () => attempt(() => void statement.run())
  }
  // Immediate: a transaction that reads first and writes then is refused at once, whatever the busy timeout says.
  const start = run('BEGIN IMMEDIATE')
  const end = run('COMMIT')
  const rollback = run('ROLLBACK')
  const tables = logTables(database)
  let lost = false

  const begin = (): E.Either<SqliteFault, void> => {
    // Left over only where a rollback has failed: what is in it must not be committed with what comes now.
    const cleared = database.inTransaction ? rollback() : E.right(undefined)
    if (E.isLeft(cleared)) return cleared
    lost = false
    return start()
  }

  // After the gravest faults (disk full, I/O) SQLite has ended the whole transaction by itself.
  const isLost = (): boolean => lost || !database.inTransaction

  const append: LogWriter['append'] = (request, how) => {
    if (isLost()) return E.left(transactionLost)
    const tried = attempt(() => (how === 'boldly' ? writeBoldly : writeCarefully)(request, tables))
    if (E.isRight(tried)) return tried.right
    // A part of the batch may stand there already; it goes, and what was written before it in the transaction too.
    lost = true
    if (database.inTransaction) rollback()
    return E.left(sqliteUnavailable(tried.left))
  }

  const commit: LogWriter['commit'] = () => {
    if (isLost()) return E.left(transactionLost)
    const ended = end()
    if (E.isRight(ended)) return ended
    const { busy, code } = ended.left
    const undone = database.inTransaction && E.isRight(rollback())
    // A lock that was not got is no matter of the disk: what was then rolled back is in no file.
    return E.left(busy && undone ? unavailable(code) : outcomeUnknown(code))
  }

  return { begin, append, isLost, commit }
}

export const sqliteUnavailable = ({ code }: SqliteFault): Unavailable => unavailable(code)

const transactionLost = unavailable('the transaction was rolled back')

type Write = (request: AppendRequest, log: LogTables) => E.Either<AppendError, Appended>

/** Where the stream is as expected, the batch is new or its ids are refused by the table: no search for them first. */
const writeBoldly: Write = (request, log) => {
  const { expected } = request
  const { number, head } = log.tail(request.stream)
  const asExpected = expected._tag === 'NoStream' ? head === undefined : head === expected.revision
  return asExpected ? insert(request, log, number) : writeCarefully(request, log)
}

const writeCarefully: Write = (request, log) => {
  const placed = place(request, log)
  if (E.isLeft(placed)) return placed
  return placed.right._tag === 'Known' ? E.right(placed.right.appended) : insert(request, log)
}

const insert = (
  { stream, expected, events }: AppendRequest,
  log: LogTables,
  number?: number,
): E.Either<never, Appended> => {
  const first = expected._tag === 'NoStream' ? revision(0) : revision(expected.revision + 1n)
  const lastPlace = log.insert({ stream, number, first, events })
  const last = revision(first + BigInt(events.length - 1))
  const position = positionOf(lastPlace, RNEA.last(events).id)
  return E.right({ outcome: 'Appended', first, last, position })
}

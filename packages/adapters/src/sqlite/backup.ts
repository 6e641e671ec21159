import { closeSync, existsSync, linkSync, openSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventId, Position } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'
import { busyTimeoutMs, textOf } from './busy.js'
import { closeConnection, syncFolder } from './connection.js'
import { checkForm } from './file-form.js'
import { logForm } from './log-schema.js'
import { Refused } from './refused.js'

/** What a backup holds. */
export interface LogBackup {
  /** Its last event; none for a log without events. Every event up to it is there, and nothing after it. */
  readonly last: O.Option<Position>
  readonly bytes: number
}

/** No backup was made, and there is no file of that name that was not there before. `cause` is for the operator. */
export interface BackupError {
  readonly _tag: 'CannotBackUp'
  readonly cause: string
}

/** About a megabyte is copied at once; between two steps the process does what else it has to do. */
const pagesPerStep = 256
/** How many steps may pass without a page being copied, because something else holds one of the two files. */
const idleStepsMax = 10_000

/**
 * Copies the log in `file` as it is now into the new file `to`, which only its owner can read. Processes that use the
 * log go on; what they append meanwhile is not in the copy, and the write-ahead log grows by it.
 *
 * `to` is a whole log from the moment that it is there: it is written as `<to>.part`, put on the disk and then given its
 * name. Refused where one of the two names is taken.
 *
 * To restore a log, end every process that uses it, remove it together with its `-wal` and `-shm`, and put the copy in its
 * place. Who had read further is then answered `Rewound`.
 */
export const backUpSqliteLog =
  (request: { readonly file: string; readonly to: string }): TaskEither<BackupError, LogBackup> =>
  async () => {
    try {
      return E.right(await backUp(resolve(request.file), resolve(request.to)))
    } catch (error) {
      const cause = textOf(error, 'message') ?? 'for an unknown reason'
      return E.left({ _tag: 'CannotBackUp', cause })
    }
  }

const backUp = async (file: string, to: string): Promise<LogBackup> => {
  if (existsSync(to)) throw new Refused(`${to} exists already`)
  const part = `${to}.part`
  closeSync(openSync(part, 'wx', 0o600))
  try {
    const backup = await copy(file, part)
    // Not a renaming, which would replace a file that somebody has made meanwhile.
    linkSync(part, to)
    return backup
  } finally {
    for (const name of [part, `${part}-journal`]) rmSync(name, { force: true })
    syncFolder(to)
  }
}

const copy = async (file: string, part: string): Promise<LogBackup> => {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
  try {
    if (checkForm(database, file, logForm) !== 'ready') throw new Refused(`${file} holds no log yet`)
    // The whole copy is of one moment: without this SQLite begins anew whenever another process has appended.
    database.exec('BEGIN')
    const last = database
      .prepare<[], { readonly place: number; readonly id: EventId }>(
        'SELECT position AS place, id FROM events ORDER BY position DESC LIMIT 1',
      )
      .get()
    const { totalPages } = await database.backup(part, { progress: steady() })
    const bytes = totalPages * Number(database.pragma('page_size', { simple: true }))
    return { last: last === undefined ? O.none : O.some(positionOf(last.place, last.id)), bytes }
  } finally {
    closeConnection(database)
  }
}

/** Says how many pages the next step copies, and ends a copy that does not get on. */
const steady = (): ((progress: { readonly remainingPages: number }) => number) => {
  let least = Number.POSITIVE_INFINITY
  let idleSteps = 0
  return ({ remainingPages }) => {
    idleSteps = remainingPages < least ? 0 : idleSteps + 1
    least = Math.min(least, remainingPages)
    if (idleSteps > idleStepsMax) throw new Refused('the log or the copy is locked by another process')
    return pagesPerStep
  }
}

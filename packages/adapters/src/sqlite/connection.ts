import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { attempt, busyTimeoutMs, retryWhileBusy, textOf } from './busy.js'
import { cannotOpen } from './open-error.js'
import type { OpenError } from './open-error.js'

/** What a file of ours holds. A file says so itself, by SQLite's two numbers for this purpose. */
export interface FileForm {
  /** For messages: `a log`. */
  readonly what: string
  readonly applicationId: number
  readonly version: number
  /** Makes the tables of this version in an empty file. */
  readonly schema: string
  /** Drops the tables of every older version, where what is in them can be had again; without it they are refused. */
  readonly dropOlder?: string
}

export interface ConnectionSettings {
  /** FULL: what is committed survives a lost power supply. NORMAL: it may be lost, but never torn. OFF: for controls. */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF'
  /** After how many pages of the write-ahead log a commit also writes them into the main file. */
  readonly walAutocheckpoint: number
}

const synchronousNumber = { OFF: 0, NORMAL: 1, FULL: 2 } as const

/** A refusal with a reason, thrown within this file only, to leave a transaction. */
class Refused extends Error {}

/** Opens a file of this form, and makes it when there is none. A file of any other form is left as it is. */
export const openConnection = (
  file: string,
  form: FileForm,
  settings: ConnectionSettings,
): TaskEither<OpenError, Database.Database> => {
  const opened = retryWhileBusy(() => open(file, form, settings))
  return async () => {
    try {
      return E.mapLeft(({ code }: { readonly code: string }) => cannotOpen(explain(file, code)))(
        await opened(),
      )
    } catch (error) {
      // The file system's own errors (no permission, no space) come as exceptions of Node and name file and reason.
      return E.left(cannotOpen(textOf(error, 'message') ?? 'for an unknown reason'))
    }
  }
}

const open = (given: string, form: FileForm, settings: ConnectionSettings): Database.Database => {
  const file = checkedPath(given)
  makeFile(file)
  const database = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs })
  try {
    const isReady = checkForm(database, file, form) === 'ready'
    configure(database, file, settings)
    if (!isReady) database.transaction(() => makeSchema(database, file, form)).immediate()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** The path is made absolute, so that SQLite's special names (`:memory:`, `file:…`) cannot be meant by it. */
const checkedPath = (given: string): string => {
  if (given === '' || given === ':memory:')
    throw new Refused(
      'a store in SQLite needs the name of a file; for one in memory there is the memory adapter',
    )
  const file = resolve(given)
  if (!existsSync(dirname(file))) throw new Refused(`the folder ${dirname(file)} does not exist`)
  return file
}

/**
 * Makes an empty file that only its owner can read; SQLite gives its side files the same mode. `wx` never opens an
 * existing file: closing a second descriptor of a database would drop the locks that this process holds on it.
 */
const makeFile = (file: string): void => {
  if (existsSync(file)) return
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    // Another process was faster; what it made is checked like any other file.
    if (textOf(error, 'code') === 'EEXIST') return
    throw error
  }
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

type FileState = 'ready' | 'empty' | 'older'

/** Reads what the file says of itself before anything is written to it; `older` is one whose tables may be dropped. */
const checkForm = (database: Database.Database, file: string, form: FileForm): FileState => {
  const applicationId = database.pragma('application_id', { simple: true })
  const version = Number(database.pragma('user_version', { simple: true }))
  if (applicationId === form.applicationId) {
    if (version === form.version) return 'ready'
    if (version < form.version && version > 0 && form.dropOlder !== undefined) return 'older'
    const age =
      version > form.version ? 'a newer version of this program; use that one' : 'an unknown version'
    throw new Refused(`${file} was written by ${age} (form ${version}, this program knows ${form.version})`)
  }
  const objects = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (applicationId === 0 && version === 0 && objects === 0) return 'empty'
  throw new Refused(`${file} is an SQLite database of another kind, not ${form.what}`)
}

/** Settings are read back: SQLite ignores what it cannot do (a write-ahead log on a network drive) without an error. */
const configure = (database: Database.Database, file: string, settings: ConnectionSettings): void => {
  const journal = database.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal')
    throw new Refused(`${file} cannot have a write-ahead log (journal_mode is ${String(journal)})`)
  database.pragma(`synchronous = ${settings.synchronous}`)
  const synchronous = database.pragma('synchronous', { simple: true })
  if (synchronous !== synchronousNumber[settings.synchronous])
    throw new Refused(`${file}: synchronous is ${String(synchronous)}, not ${settings.synchronous}`)
  database.pragma(`wal_autocheckpoint = ${settings.walAutocheckpoint}`)
  // On macOS only this reaches the medium; elsewhere it says nothing.
  database.pragma('fullfsync = ON')
  database.pragma('foreign_keys = ON')
  database.pragma('trusted_schema = OFF')
}

const makeSchema = (database: Database.Database, file: string, form: FileForm): void => {
  // Looked at again under the lock: two processes may have found the file empty or older.
  const state = checkForm(database, file, form)
  if (state === 'ready') return
  if (state === 'older' && form.dropOlder !== undefined) database.exec(form.dropOlder)
  database.exec(form.schema)
  database.pragma(`application_id = ${form.applicationId}`)
  database.pragma(`user_version = ${form.version}`)
}

const explain = (file: string, code: string): string => {
  if (code === 'SQLITE_NOTADB') return `${file} is no SQLite database`
  if (code.startsWith('SQLITE_BUSY')) return `${file} is locked by another process`
  return `${file}: ${code}`
}

/** Closes without an exception: there is nothing that a caller could do about it, and nothing is lost. */
export const closeConnection = (database: Database.Database): void => void attempt(() => database.close())

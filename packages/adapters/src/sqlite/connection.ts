import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { attempt, busyTimeoutMs, retryWhileBusy, textOf } from './busy.js'
import type { SqliteFault } from './busy.js'
import { checkLibrary, configure } from './durability.js'
import type { ConnectionSettings } from './durability.js'
import { checkForm, makeSchema } from './file-form.js'
import type { FileForm } from './file-form.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'
import { Refused } from './refused.js'

/** What is wanted of a file, and what was last seen of it: a lock that never comes free is explained by it. */
interface Opening {
  readonly file: string
  readonly form: FileForm
  readonly settings: ConnectionSettings
  journalMode: string | undefined
}

/** Opens a file of this form, and makes it when there is none. A file of any other form is left as it is. */
export const openConnection = (
  file: string,
  form: FileForm,
  settings: ConnectionSettings,
): TaskEither<OpenError, Database.Database> => {
  const opening: Opening = { file, form, settings, journalMode: undefined }
  const opened = retryWhileBusy(() => open(opening))
  return async () => {
    try {
      return E.mapLeft((fault: SqliteFault) => cannotOpen(explain(opening, fault)))(await opened())
    } catch (error) {
      // The file system's own errors (no permission, no space) come as exceptions of Node and name file and reason.
      return E.left(cannotOpen(textOf(error, 'message') ?? 'for an unknown reason'))
    }
  }
}

const open = (opening: Opening): Database.Database => {
  const { form, settings } = opening
  const file = checkedPath(opening.file)
  makeFile(file)
  const database = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs })
  try {
    checkLibrary(database)
    const isReady = checkForm(database, file, form) === 'ready'
    opening.journalMode = String(database.pragma('journal_mode', { simple: true }))
    configure(database, file, settings)
    opening.journalMode = 'wal'
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
  syncFolder(file)
}

/** Puts the names in the folder of a file on the medium. */
export const syncFolder = (file: string): void => {
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

const explain = ({ file, journalMode }: Opening, { busy, code }: SqliteFault): string => {
  if (code === 'SQLITE_NOTADB') return `${file} is no SQLite database`
  if (busy && journalMode !== undefined && journalMode !== 'wal')
    return `${file} is in use by another program, without a write-ahead log (journal_mode is ${journalMode})`
  if (busy) return `${file} is locked by another process`
  if (code.startsWith('SQLITE_READONLY')) return `${file} cannot be written to (${code})`
  return `${file}: ${code}`
}

/** Closes without an exception: there is nothing that a caller could do about it, and nothing is lost. */
export const closeConnection = (database: Database.Database): void => void attempt(() => database.close())

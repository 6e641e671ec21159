import type Database from 'better-sqlite3'
import { faultOfLibrary } from './library.js'
import { Refused } from './refused.js'

export interface ConnectionSettings {
  /** FULL: what is committed survives a lost power supply. NORMAL: it may be lost, but never torn. OFF: for controls. */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF'
  /** After how many pages of the write-ahead log a commit also writes them into the main file. */
  readonly walAutocheckpoint: number
}

const synchronousNumber = { OFF: 0, NORMAL: 1, FULL: 2 } as const

/** Before anything is written: the defects that are meant here damage a file by writing to it. */
export const checkLibrary = (database: Database.Database): void => {
  const options = database.pragma('compile_options') as ReadonlyArray<{ readonly compile_options: string }>
  const fault = faultOfLibrary({
    version: String(database.prepare('SELECT sqlite_version()').pluck().get()),
    options: options.map((row) => row.compile_options),
  })
  if (fault !== undefined) throw new Refused(fault)
}

/** Settings are read back: SQLite ignores what it cannot do (a write-ahead log on a network drive) without an error. */
export const configure = (database: Database.Database, file: string, settings: ConnectionSettings): void => {
  const journal = database.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal')
    throw new Refused(`${file} cannot have a write-ahead log (journal_mode stays ${String(journal)})`)
  database.pragma(`synchronous = ${settings.synchronous}`)
  const synchronous = database.pragma('synchronous', { simple: true })
  if (synchronous !== synchronousNumber[settings.synchronous])
    throw new Refused(`${file}: synchronous stays ${String(synchronous)}, not ${settings.synchronous}`)
  database.pragma(`wal_autocheckpoint = ${settings.walAutocheckpoint}`)
  // On macOS only this reaches the medium; elsewhere it says nothing.
  database.pragma('fullfsync = ON')
  database.pragma('foreign_keys = ON')
  database.pragma('trusted_schema = OFF')
}

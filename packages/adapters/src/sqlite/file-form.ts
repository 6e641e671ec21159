import type Database from 'better-sqlite3'
import { Refused } from './refused.js'

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

type FileState = 'ready' | 'empty' | 'older'

/** Reads what the file says of itself before anything is written to it; `older` is one whose tables may be dropped. */
export const checkForm = (database: Database.Database, file: string, form: FileForm): FileState => {
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

/** Within a transaction that holds the lock: two processes may have found the file empty or older. */
export const makeSchema = (database: Database.Database, file: string, form: FileForm): void => {
  const state = checkForm(database, file, form)
  if (state === 'ready') return
  if (state === 'older' && form.dropOlder !== undefined) database.exec(form.dropOlder)
  database.exec(form.schema)
  database.pragma(`application_id = ${form.applicationId}`)
  database.pragma(`user_version = ${form.version}`)
}

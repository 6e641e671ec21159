import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { openSqliteEventStore } from '../../packages/adapters/src/sqlite/index.js'
import type { RecordedEvent } from '../../packages/domain/src/index.js'
import { ledgerName } from './ledger.js'
import type { Files } from './disk.js'

/** What the store reads of the files after a power loss; left when it cannot, or when SQLite finds damage. */
export type Recovered = E.Either<string, ReadonlyArray<RecordedEvent>>

const pageLimit = 10_000

/**
 * Starts the store on these files, as after the power came back, and reads the whole log. `isChecked` says whether
 * SQLite looks for damage too, which takes as long as the rest.
 */
export const recover = async (files: Files, folder: string, isChecked: boolean): Promise<Recovered> => {
  const file = lay(files, folder)
  const opened = await openSqliteEventStore({ file })()
  if (E.isLeft(opened)) return E.left(opened.left.cause)
  const store = opened.right
  const page = await store.readAll(O.none, pageLimit)()
  await store.close()
  if (E.isLeft(page)) return E.left(`the log cannot be read: ${JSON.stringify(page.left)}`)
  if (!page.right.complete) return E.left('the log is longer than a page, which the writer never made')
  const damage = isChecked ? damageOf(file) : 'ok'
  return damage === 'ok' ? E.right(page.right.events) : E.left(damage)
}

/** Puts the files into an empty folder; gives the name of the log's. */
const lay = (files: Files, folder: string): string => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, content] of files) if (name !== ledgerName) writeFileSync(join(folder, name), content)
  return join(folder, 'log')
}

/** After the store's close, so that the pages which it moved out of the write-ahead log are looked at too. */
const damageOf = (file: string): string => {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return String(database.pragma('integrity_check', { simple: true }))
  } finally {
    database.close()
  }
}

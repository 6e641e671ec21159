import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import type { AuditTrailHarness, EventStoreHarness } from '@detrics/keys-adapters/conformance'

/** A folder of its own for a piece of work, removed afterwards. */
export const inFolder = async <A>(work: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), 'detrics-keys-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const opened = async <A>(task: TaskEither<{ readonly cause: string }, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(result.left.cause)
  return result.right
}

export const memoryHarness: EventStoreHarness = {
  persistent: false,
  open: () => Promise.resolve(memoryEventStore()),
}

export const memoryTrailHarness: AuditTrailHarness = {
  persistent: false,
  open: () => Promise.resolve(memoryAuditTrailStore()),
}

/** Each `open` takes the next file of the folder; `reopen` opens the latest one once more. */
const persistentIn = <A>(folder: string, open: (file: string) => Promise<A>) => {
  let count = 0
  const latest = (): Promise<A> => open(join(folder, `${count}.db`))
  const next = (): Promise<A> => {
    count += 1
    return latest()
  }
  return { persistent: true as const, open: next, reopen: latest }
}

export const sqliteHarness = (folder: string): EventStoreHarness =>
  persistentIn(folder, (file) => opened(openSqliteEventStore({ file })))

export const sqliteTrailHarness = (folder: string): AuditTrailHarness =>
  persistentIn(folder, (file) => opened(openSqliteAuditTrailStore({ file })))

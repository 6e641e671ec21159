import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import type { AuditTrailStore, EventStore } from '@detrics/keys-domain'
import { lostReplies } from '@detrics/keys-adapters/conformance'
import type { AuditTrailHarness, EventStoreHarness } from '@detrics/keys-adapters/conformance'
import { absences } from './absences.js'

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

const memoryReplies = lostReplies()
const openMemory = (): Promise<EventStore> => Promise.resolve(memoryReplies.around(memoryEventStore()))

/** A log in memory is its handle's alone: another process has an empty one. */
export const memoryHarness: EventStoreHarness = {
  name: 'memory',
  absent: absences.memory,
  open: openMemory,
  reopen: openMemory,
  loseNextReply: memoryReplies.loseNextReply,
}

const openMemoryTrail = (): Promise<AuditTrailStore> => Promise.resolve(memoryAuditTrailStore())

export const memoryTrailHarness: AuditTrailHarness = {
  name: 'memory',
  absent: ['persistent'],
  open: openMemoryTrail,
  reopen: openMemoryTrail,
}

/** Each `open` takes the next file of the folder; `reopen` opens the latest one once more. */
const filesIn = <A>(folder: string, open: (file: string) => Promise<A>) => {
  let count = 0
  const latest = (): Promise<A> => open(join(folder, `${count}.db`))
  const next = (): Promise<A> => {
    count += 1
    return latest()
  }
  return { open: next, reopen: latest }
}

export const sqliteHarness = (folder: string): EventStoreHarness => {
  const replies = lostReplies()
  return {
    name: 'SQLite',
    absent: absences.SQLite,
    ...filesIn(folder, async (file) => replies.around(await opened(openSqliteEventStore({ file })))),
    loseNextReply: replies.loseNextReply,
  }
}

export const sqliteTrailHarness = (folder: string): AuditTrailHarness => ({
  name: 'SQLite',
  absent: [],
  ...filesIn(folder, (file) => opened(openSqliteAuditTrailStore({ file }))),
})

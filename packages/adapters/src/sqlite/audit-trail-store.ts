import type Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { AuditTrailStore, TrailError } from '@detrics/keys-domain'
import { immediately } from '../shared/task.js'
import {
  isTrailLimit,
  sameCheckpoint,
  staleCheckpoint,
  trailClosed,
  trailLimitRefused,
  trailUnavailable,
} from '../shared/trail.js'
import { retryWhileBusy } from './busy.js'
import { closeConnection, openConnection } from './connection.js'
import type { ConnectionSettings } from './durability.js'
import type { OpenError } from '../shared/open-error.js'
import { trailForm } from './trail-schema.js'
import { trailTables } from './trail-tables.js'

/**
 * NORMAL is right here: a lost power supply may take the last commits, but lines and checkpoint together, and what
 * is missing is read from the log again. Waiting for the disk would buy nothing.
 */
const rebuildable: ConnectionSettings = { synchronous: 'NORMAL', walAutocheckpoint: 1_000 }

/** Opens the audit trail in an SQLite file of its own; several processes may share it. */
export const openSqliteAuditTrailStore =
  (settings: { readonly file: string }): TaskEither<OpenError, AuditTrailStore> =>
  async () =>
    E.map(auditTrailStoreOn)(await openConnection(settings.file, trailForm, rebuildable)())

const auditTrailStoreOn = (database: Database.Database): AuditTrailStore => {
  const tables = trailTables(database)
  let closed = false

  const whileOpen =
    <A>(work: () => E.Either<TrailError, A>): TaskEither<TrailError, A> =>
    () =>
      retryWhileBusy(() => (closed ? E.left(trailClosed) : work()))().then((result) =>
        E.isLeft(result) ? E.left(trailUnavailable(result.left.code)) : result.right,
      )
  /** Immediate: the checkpoint is compared under the lock under which it is moved. */
  const writing = <A>(work: () => E.Either<TrailError, A>): TaskEither<TrailError, A> =>
    whileOpen(() => database.transaction(work).immediate())

  return {
    checkpoint: whileOpen(() => E.right(tables.checkpoint())),
    commit: (expected, next, entries) =>
      writing(() => {
        if (!sameCheckpoint(tables.checkpoint(), expected)) return E.left(staleCheckpoint)
        tables.add(entries)
        tables.moveTo(next)
        return E.right(undefined)
      }),
    page: (query) =>
      whileOpen(() => (isTrailLimit(query.limit) ? E.right(tables.page(query)) : E.left(trailLimitRefused))),
    lastUses: (workspaceId, keyIds) => whileOpen(() => E.right(tables.lastUses(workspaceId, keyIds))),
    clear: writing(() => {
      tables.clear()
      return E.right(undefined)
    }),
    close: immediately(() => {
      closed = true
      closeConnection(database)
    }),
  }
}

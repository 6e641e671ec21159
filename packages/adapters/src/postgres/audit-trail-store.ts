import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { AuditTrailStore, TrailError } from '@detrics/keys-domain'
import { isTrailLimit, staleCheckpoint, trailClosed, trailLimitRefused } from '../shared/trail.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'
import { targetFrom } from './target.js'
import type { PostgresSettings, Target } from './target.js'
import { prepareTrail, quoted } from './trail-form.js'
import { trailLine } from './trail-session.js'
import { trailTables } from './trail-tables.js'

/**
 * Opens the audit trail in a schema of a PostgreSQL database, beside the log and in tables of its own; several processes
 * may share it. A lost connection answers `TrailUnavailable`, within seconds, and the next call makes another one.
 */
export const openPostgresAuditTrailStore = (
  settings: PostgresSettings,
): TE.TaskEither<OpenError, AuditTrailStore> =>
  pipe(
    TE.fromEither(targetFrom(settings)),
    TE.chainFirst((target) => () => prepareTrail(target).then(E.mapLeft(cannotOpen))),
    TE.map(auditTrailStoreOn),
  )

const auditTrailStoreOn = (target: Target): AuditTrailStore => {
  // Two, so that no page waits behind a commit that waits for that of another process.
  const lines = { reading: trailLine(target), writing: trailLine(target) }
  const tables = trailTables(quoted(target.schema), { read: lines.reading.run, write: lines.writing.run })
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  const whileOpen =
    <A>(work: TE.TaskEither<TrailError, A>): TE.TaskEither<TrailError, A> =>
    () => {
      if (closing !== undefined) return Promise.resolve(E.left(trailClosed))
      const running = work().finally(() => underWay.delete(running))
      underWay.add(running)
      return running
    }

  /** What was called before is answered before. */
  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay)
    await Promise.all([lines.reading.close(), lines.writing.close()])
  }

  return {
    checkpoint: whileOpen(tables.checkpoint),
    commit: (expected, next, entries) =>
      whileOpen(
        pipe(
          tables.commit(expected, next, entries),
          TE.chain((wasMoved) => (wasMoved ? TE.right(undefined) : TE.left(staleCheckpoint))),
        ),
      ),
    page: (query) => whileOpen(isTrailLimit(query.limit) ? tables.page(query) : TE.left(trailLimitRefused)),
    lastUses: (workspaceId, keyIds) => whileOpen(tables.lastUses(workspaceId, keyIds)),
    clear: whileOpen(tables.clear),
    close: () => (closing ??= close()),
  }
}

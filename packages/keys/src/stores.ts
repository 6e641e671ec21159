import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import type { AuditTrailStore, EventStore } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { cannotOpen, type CannotOpen } from './open-error.js'

/** Where everything is kept: the log, which is the truth, and the audit trail, which is rebuilt from it. */
export interface Stores {
  readonly events: EventStore
  readonly trail: AuditTrailStore
}

/**
 * Opens the stores that a setting names: `memory:`, for tests and for what may be forgotten, or `sqlite:<file>`. The
 * read model stands in a file beside the log's, since it may be deleted and the log must not.
 */
export const openStores = (setting: string): TE.TaskEither<CannotOpen, Stores> => {
  if (setting === 'memory:') return TE.right({ events: memoryEventStore(), trail: memoryAuditTrailStore() })
  const file = setting.startsWith('sqlite:') ? setting.slice('sqlite:'.length) : ''
  if (file === '') return TE.left(cannotOpen('The store is set by `sqlite:<file>` or `memory:`.'))
  return openSqliteStores(file)
}

const openSqliteStores = (file: string): TE.TaskEither<CannotOpen, Stores> =>
  pipe(
    // Loaded when it is asked for, so that who keeps keys in memory needs no database driver.
    TE.tryCatch(
      () => import('@detrics/keys-adapters/sqlite'),
      () => cannotOpen('The driver is missing: install better-sqlite3.'),
    ),
    TE.bindTo('sqlite'),
    TE.chainFirst(() => folderOf(file)),
    TE.bind('events', ({ sqlite }) => TE.mapLeft(refusal(file))(sqlite.openSqliteEventStore({ file }))),
    TE.chain(({ sqlite, events }) => async () => {
      const trailFile = `${file}.activity`
      const trail = await sqlite.openSqliteAuditTrailStore({ file: trailFile })()
      if (E.isRight(trail)) return E.right({ events, trail: trail.right })
      await events.close()
      return E.left(refusal(trailFile)(trail.left))
    }),
  )

const refusal =
  (file: string) =>
  ({ cause }: { readonly cause: string }): CannotOpen =>
    cannotOpen(cause.includes(file) ? cause : `${file} cannot be opened: ${cause}`)

/** Made for the owner only: what lies in it tells who does what with which key. */
const folderOf = (file: string): TE.TaskEither<CannotOpen, unknown> =>
  TE.tryCatch(
    () => mkdir(dirname(file), { recursive: true, mode: 0o700 }),
    () => cannotOpen(`The folder of ${file} cannot be made.`),
  )

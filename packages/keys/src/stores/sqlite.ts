import type { AuditTrailStore } from '@detrics/keys-domain'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { CannotOpen } from '../open-error.js'
import { folderOf, openBoth, refusalOf, withDriver, type Stores } from './opening.js'

const driver = withDriver(() => import('@detrics/keys-adapters/sqlite'), 'better-sqlite3')

/** The read model stands in a file beside the log's, since it may be deleted and the log must not. */
export const openSqliteStores = (file: string): TE.TaskEither<CannotOpen, Stores> =>
  pipe(
    driver,
    TE.chainFirst(() => folderOf(file)),
    TE.chain(({ openSqliteEventStore }) =>
      openBoth(
        TE.mapLeft(refusalOf(file))(openSqliteEventStore({ file })),
        openSqliteTrail(`${file}.activity`),
      ),
    ),
  )

/** An audit trail in a file, for a log that stands elsewhere too. */
export const openSqliteTrail = (file: string): TE.TaskEither<CannotOpen, AuditTrailStore> =>
  pipe(
    driver,
    TE.chainFirst(() => folderOf(file)),
    TE.chain(({ openSqliteAuditTrailStore }) =>
      TE.mapLeft(refusalOf(file))(openSqliteAuditTrailStore({ file })),
    ),
  )

import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { CannotOpen } from '../open-error.js'
import { openBoth, refusalOf, withDriver, type Stores, type StoreSetting } from './opening.js'

/** Log and read model stand in one database, in tables of their own. */
export const openPostgresStores = ({ url, name }: StoreSetting): TE.TaskEither<CannotOpen, Stores> =>
  pipe(
    withDriver(() => import('@detrics/keys-adapters/postgres'), 'pg'),
    TE.chain(({ openPostgresEventStore, openPostgresAuditTrailStore }) =>
      openBoth(
        TE.mapLeft(refusalOf(name))(openPostgresEventStore({ url })),
        TE.mapLeft(refusalOf(name))(openPostgresAuditTrailStore({ url })),
      ),
    ),
  )

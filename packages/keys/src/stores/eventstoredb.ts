import { memoryAuditTrailStore } from '@detrics/keys-adapters/memory'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { join } from 'node:path'
import type { CannotOpen } from '../open-error.js'
import { openBoth, refusalOf, withDriver, type Stores, type StoreSetting } from './opening.js'
import { openSqliteTrail } from './sqlite.js'

/**
 * An event store has no tables for a read model, so that stands in a file of its own in the data folder, for all
 * processes of the machine; and in memory, built at each start, where there is no folder.
 */
export const openEventStoreDbStores = ({
  url,
  name,
  dataFolder,
}: StoreSetting): TE.TaskEither<CannotOpen, Stores> =>
  pipe(
    withDriver(() => import('@detrics/keys-adapters/eventstoredb'), '@eventstore/db-client'),
    TE.chain(({ openEventStoreDbEventStore }) =>
      openBoth(
        TE.mapLeft(refusalOf(name))(openEventStoreDbEventStore({ url })),
        dataFolder === undefined
          ? TE.right(memoryAuditTrailStore())
          : openSqliteTrail(join(dataFolder, 'activity.sqlite')),
      ),
    ),
  )

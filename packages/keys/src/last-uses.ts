import type { AuditTrailStore, Instant, KeyId, WorkspaceId } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import { withDeadline } from './deadline.js'
import type { KeyView } from './keys.js'
import type { TrailReader } from './trail-reader.js'

/** How long keys wait for this. A trail that is being built anew from a long log takes longer: they go without it. */
const readingMsMax = 250

/**
 * Adds to keys when each was used last, with everything that was committed before the call. Never fails: keys must be
 * shown, to be revoked, also on the day on which the trail cannot be read; they say then that this is not known.
 */
export const withLastUses =
  (trail: Pick<AuditTrailStore, 'lastUses'>, readTrail: TrailReader) =>
  (workspaceId: WorkspaceId, keys: ReadonlyArray<KeyView>): Task<ReadonlyArray<KeyView>> =>
  async () => {
    const keyIds = keys.map(({ keyId }) => keyId)
    const late = (): E.Either<string, ReadonlyMap<KeyId, Instant>> => E.left('deadline')
    const uses = await withDeadline(readTrail(trail.lastUses(workspaceId, keyIds))(), readingMsMax, late)
    if (E.isLeft(uses)) return keys.map((key) => ({ ...key, lastUseUnknown: true }))
    return keys.map((key) => {
      const lastUsedAt = uses.right.get(key.keyId)
      return lastUsedAt === undefined ? key : { ...key, lastUsedAt }
    })
  }

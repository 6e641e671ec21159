import {
  endOfKey,
  hasEnded,
  endOf,
  maskOf,
  type Instant,
  type KeyPrefixes,
  type RingKey,
  type WorkspaceId,
} from '@detrics/keys-domain'
import type { KeyStatus, KeyView, RevocationView } from './keys.js'

/** A key as it may be shown: never its digest. */
export const keyView = (
  prefixes: KeyPrefixes,
  workspaceId: WorkspaceId,
  key: RingKey,
  now: Instant,
): KeyView => {
  const end = endOfKey(key)
  return {
    keyId: key.keyId,
    workspaceId,
    name: key.name,
    mask: maskOf(prefixes, key.keyId),
    status: statusOf(key, now),
    createdAt: key.createdAt,
    createdBy: key.createdBy,
    ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt }),
    ...(end === Number.POSITIVE_INFINITY ? {} : { endsAt: shownEnd(key, end) }),
    ...(key.revocation === undefined ? {} : { revocation: revocationView(key.revocation) }),
    revision: key.revision,
  }
}

/** What has become of a key at an instant; who has both ends behind it is revoked. */
export const statusOf = (key: RingKey, now: Instant): KeyStatus => {
  if (!hasEnded(key, now)) return 'active'
  return key.revocation !== undefined && endOf(key.revocation.effective) <= now ? 'revoked' : 'expired'
}

/** An immediate end is shown as the moment of the revocation. */
const shownEnd = (key: RingKey, end: number): Instant =>
  key.revocation?.effective === 'immediately' ? key.revocation.revokedAt : (end as Instant)

const revocationView = (revocation: NonNullable<RingKey['revocation']>): RevocationView => ({ ...revocation })

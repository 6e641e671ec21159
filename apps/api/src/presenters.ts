import {
  instantToIso,
  reveal,
  type CreatedKey,
  type Instant,
  type KeyView,
  type NumberedTrailEntry,
  type Verdict,
} from '@detrics/keys'
import * as O from 'fp-ts/lib/Option.js'

import type { Member } from './identity.js'

type Json = Readonly<Record<string, unknown>>

const instants = <K extends string>(record: { readonly [P in K]: Instant | undefined }): Json =>
  Object.fromEntries(
    Object.entries<Instant | undefined>(record).flatMap(([name, at]) =>
      at === undefined ? [] : [[name, instantToIso(at)]],
    ),
  )

const effectiveText = (effective: 'immediately' | Instant): string =>
  effective === 'immediately' ? effective : instantToIso(effective)

/** A key as the API shows it. Members are named one by one, so that nothing new gets out by itself. */
export const shownKey = (key: KeyView): Json => ({
  keyId: key.keyId,
  workspaceId: key.workspaceId,
  name: key.name,
  mask: key.mask,
  status: key.status,
  createdAt: instantToIso(key.createdAt),
  createdBy: key.createdBy,
  ...instants({ expiresAt: key.expiresAt, endsAt: key.endsAt }),
  ...(key.revocation === undefined ? {} : { revocation: shownRevocation(key.revocation) }),
  revision: key.revision.toString(),
})

const shownRevocation = (revocation: NonNullable<KeyView['revocation']>): Json => ({
  effective: effectiveText(revocation.effective),
  reason: revocation.reason,
  ...(revocation.note === undefined ? {} : { note: revocation.note }),
  revokedAt: instantToIso(revocation.revokedAt),
  revokedBy: revocation.revokedBy,
})

/** A member and the workspaces of this member, as the API shows them. */
export const shownMember = ({ memberId, name, workspaces }: Member): Json => ({
  memberId,
  name,
  workspaces: workspaces.map(({ workspaceId, name: workspaceName }) => ({
    workspaceId,
    name: workspaceName,
  })),
})

const secretNotice =
  'The secret was shown in the first reply only. If it did not reach you, revoke this key and make another one.'

/** The one place where a secret is written into a reply. */
export const shownSecret = ({ secret }: Pick<CreatedKey, 'secret'>): Json =>
  O.isSome(secret) ? { secret: reveal(secret.value) } : { secret: null, secretNotice }

/** A line of the audit trail as the API shows it. */
export const shownEntry = (entry: NumberedTrailEntry): Json => ({
  sequence: entry.sequence,
  kind: entry.kind,
  keyId: entry.keyId,
  occurredAt: instantToIso(entry.occurredAt),
  ...(entry.kind === 'used' ? shownUse(entry) : shownChange(entry)),
})

const shownUse = (entry: Extract<NumberedTrailEntry, { readonly kind: 'used' }>): Json => ({
  action: entry.action,
  outcome: entry.outcome,
  count: entry.count,
  lastAt: instantToIso(entry.lastAt),
  ...(entry.client === undefined ? {} : { client: entry.client }),
  ...(entry.address === undefined ? {} : { address: entry.address }),
})

const shownChange = (entry: Exclude<NumberedTrailEntry, { readonly kind: 'used' }>): Json => ({
  actor: entry.actor,
  origin: entry.origin,
  ...(entry.name === undefined ? {} : { name: entry.name }),
  ...instants({ expiresAt: entry.expiresAt }),
  ...(entry.effective === undefined ? {} : { effective: effectiveText(entry.effective) }),
  ...(entry.reason === undefined ? {} : { reason: entry.reason }),
  ...(entry.note === undefined ? {} : { note: entry.note }),
})

/** A verdict; why a key is refused is said only to whoever has presented its right secret. */
export const shownVerdict = (verdict: Exclude<Verdict, { readonly _tag: 'Unavailable' }>): Json => {
  if (verdict._tag === 'Active') {
    const { workspaceId, keyId, name, expiresAt } = verdict
    return { active: true, workspaceId, keyId, name, ...instants({ expiresAt }) }
  }
  const isOwner = verdict.reason === 'revoked' || verdict.reason === 'expired'
  return { active: false, reason: isOwner ? verdict.reason : 'unauthorized' }
}

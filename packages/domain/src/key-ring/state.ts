import type { Actor } from '../values/actor.js'
import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import type { Revision } from '../event-store/event.js'
import type {
  Digest,
  Effective,
  KeyCreated,
  KeyRenamed,
  KeyRevoked,
  KeyRingEvent,
  RevocationReason,
} from './events.js'
import type { Metadata } from './metadata.js'
import { nameIdentity } from './texts.js'

/** An event of the ring with what stands beside it in the log. */
export interface RingEntry {
  readonly event: KeyRingEvent
  readonly metadata: Metadata
  readonly revision: Revision
}

/** The revocation that decides a key's end. */
export interface Revocation {
  readonly effective: Effective
  readonly reason: RevocationReason
  readonly note?: string
  readonly revokedAt: Instant
  readonly revokedBy: Actor
}

export interface RingKey {
  readonly keyId: KeyId
  readonly name: string
  readonly digest: Digest
  readonly createdAt: Instant
  readonly createdBy: Actor
  readonly expiresAt?: Instant
  readonly revocation?: Revocation
  /** The revision of the event that changed this key last. */
  readonly revision: Revision
}

/** What a request with an id did: the keys that it touched, in the order of its events. */
export interface HandledRequest {
  readonly fingerprint: string
  readonly keyIds: ReadonlyArray<KeyId>
}

/** All keys of one workspace. */
export interface KeyRing {
  readonly keys: ReadonlyMap<KeyId, RingKey>
  /** The keys with no revocation by the identity of their name; more than one where all but one are expired. */
  readonly unrevoked: ReadonlyMap<string, ReadonlyArray<KeyId>>
  readonly requests: ReadonlyMap<string, HandledRequest>
}

export const emptyRing: KeyRing = { keys: new Map(), unrevoked: new Map(), requests: new Map() }

interface Draft {
  readonly keys: Map<KeyId, RingKey>
  readonly unrevoked: Map<string, ReadonlyArray<KeyId>>
  readonly requests: Map<string, HandledRequest>
  /** The keys of the requests that this very fold has met, which it may therefore write on. */
  readonly touched: Map<string, Array<KeyId>>
}

/**
 * The ring after further events. Total: an event about a key that does not exist changes nothing. The maps are
 * copied once for each call, not once for each event, so that a long log folds in linear time.
 */
export const fold = (ring: KeyRing, entries: ReadonlyArray<RingEntry>): KeyRing => {
  if (entries.length === 0) return ring
  const [keys, unrevoked, requests] = [new Map(ring.keys), new Map(ring.unrevoked), new Map(ring.requests)]
  const draft: Draft = { keys, unrevoked, requests, touched: new Map() }
  for (const entry of entries) {
    rememberRequest(draft, entry)
    evolve(draft, entry)
  }
  return { keys, unrevoked, requests }
}

const evolve = (draft: Draft, { event, metadata, revision }: RingEntry): void => {
  switch (event.type) {
    case 'KeyCreated':
      return created(draft, event, metadata, revision)
    case 'KeyRenamed':
      return renamed(draft, event, revision)
    case 'KeyRevoked':
      return revoked(draft, event, metadata, revision)
  }
}

const created = (
  draft: Draft,
  event: KeyCreated,
  { occurredAt, actor }: Metadata,
  revision: Revision,
): void => {
  if (draft.keys.has(event.keyId)) return
  const { keyId, name, digest, expiresAt } = event
  const ends = expiresAt === undefined ? {} : { expiresAt }
  draft.keys.set(keyId, { keyId, name, digest, createdAt: occurredAt, createdBy: actor, ...ends, revision })
  addName(draft, name, keyId)
}

const renamed = (draft: Draft, { keyId, name }: KeyRenamed, revision: Revision): void => {
  const key = draft.keys.get(keyId)
  if (key === undefined) return
  if (key.revocation === undefined) {
    removeName(draft, key.name, keyId)
    addName(draft, name, keyId)
  }
  draft.keys.set(keyId, { ...key, name, revision })
}

const revoked = (draft: Draft, event: KeyRevoked, metadata: Metadata, revision: Revision): void => {
  const key = draft.keys.get(event.keyId)
  if (key === undefined) return
  removeName(draft, key.name, key.keyId)
  const stands = key.revocation !== undefined && endOf(key.revocation.effective) <= endOf(event.effective)
  const { effective, reason, note } = event
  const texts = note === undefined ? {} : { note }
  const revocation: Revocation = stands
    ? key.revocation
    : { effective, reason, ...texts, revokedAt: metadata.occurredAt, revokedBy: metadata.actor }
  draft.keys.set(key.keyId, { ...key, revocation, revision })
}

const rememberRequest = (draft: Draft, { event, metadata: { request } }: RingEntry): void => {
  if (request === undefined) return
  const { id, fingerprint } = request
  const keyIds = draft.touched.get(id) ?? [...(draft.requests.get(id)?.keyIds ?? [])]
  keyIds.push(event.keyId)
  draft.touched.set(id, keyIds)
  draft.requests.set(id, { fingerprint, keyIds })
}

const addName = (draft: Draft, name: string, keyId: KeyId): void => {
  const identity = nameIdentity(name)
  draft.unrevoked.set(identity, [...(draft.unrevoked.get(identity) ?? []), keyId])
}

const removeName = (draft: Draft, name: string, keyId: KeyId): void => {
  const identity = nameIdentity(name)
  const rest = (draft.unrevoked.get(identity) ?? []).filter((other) => other !== keyId)
  if (rest.length === 0) draft.unrevoked.delete(identity)
  else draft.unrevoked.set(identity, rest)
}

/** An immediate end as a number: before every instant, so that no clock, however wrong, is before it. */
const immediately = Number.NEGATIVE_INFINITY

/** An end as a number that can be compared with instants. */
export const endOf = (effective: Effective): number => (effective === 'immediately' ? immediately : effective)

/** The end of a key: the minimum of its expiry and all its revocations; infinite when it has none. */
export const endOfKey = (key: Pick<RingKey, 'expiresAt' | 'revocation'>): number =>
  Math.min(
    key.expiresAt ?? Number.POSITIVE_INFINITY,
    key.revocation === undefined ? Number.POSITIVE_INFINITY : endOf(key.revocation.effective),
  )

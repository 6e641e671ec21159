import * as E from 'fp-ts/lib/Either.js'
import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import type {
  CreateKey,
  KeyPolicy,
  KeyRingCommand,
  RenameKey,
  ReplaceKey,
  RevokeKey,
  RevokeKeys,
} from './commands.js'
import type { Effective, KeyCreated, KeyRevoked, KeyRingEvent } from './events.js'
import {
  expiryNotInFuture,
  keyChanged,
  keyEnded,
  keyIdTaken,
  keyLimitReached,
  keyNotFound,
  nameTaken,
  requestReused,
  type Refusal,
} from './refusals.js'
import { endOf, endOfKey, type KeyRing, type RingKey } from './state.js'
import { nameIdentity } from './texts.js'

/** The events that a command causes; none when it has been carried out before or changes nothing. */
export type Decision = E.Either<Refusal, ReadonlyArray<KeyRingEvent>>

const nothing: Decision = E.right([])

/** Decides a command; total, and silent on a repetition. */
export const decide = (command: KeyRingCommand, ring: KeyRing): Decision => {
  const handled = command.request === undefined ? undefined : ring.requests.get(command.request.id)
  if (handled !== undefined)
    return handled.fingerprint === command.request?.fingerprint ? nothing : E.left(requestReused)
  switch (command.type) {
    case 'CreateKey':
      return create(command, ring)
    case 'RenameKey':
      return rename(command, ring)
    case 'RevokeKey':
      return revoke(command, ring)
    case 'RevokeKeys':
      return revokeAll(command, ring)
    case 'ReplaceKey':
      return replace(command, ring)
  }
}

const create = (command: CreateKey, ring: KeyRing): Decision => {
  const existing = ring.keys.get(command.keyId)
  if (existing !== undefined) return sameCreation(existing, command) ? nothing : E.left(keyIdTaken)
  const refusal = newKeyRefusal(command, command.name, ring, undefined)
  return refusal === undefined ? E.right([keyCreated(command, command.name)]) : E.left(refusal)
}

/** The key that a command is about, in the state in which the caller expects it to be. */
const keyOf = (
  { keyId, ifRevision }: Pick<RevokeKey, 'keyId' | 'ifRevision'>,
  ring: KeyRing,
): E.Either<Refusal, RingKey> => {
  const key = ring.keys.get(keyId)
  if (key === undefined) return E.left(keyNotFound)
  return ifRevision === undefined || ifRevision === key.revision ? E.right(key) : E.left(keyChanged)
}

const rename = (command: RenameKey, ring: KeyRing): Decision => {
  const { keyId, name, now } = command
  const key = keyOf(command, ring)
  if (E.isLeft(key)) return key
  if (hasEnded(key.right, now)) return E.left(keyEnded)
  if (key.right.name === name) return nothing
  if (isTaken(ring, name, now, keyId)) return E.left(nameTaken)
  return E.right([{ type: 'KeyRenamed', keyId, name }])
}

const revoke = (command: RevokeKey, ring: KeyRing): Decision =>
  E.map((key: RingKey) => revocations(key, command))(keyOf(command, ring))

const revokeAll = (command: RevokeKeys, ring: KeyRing): Decision => {
  const events: Array<KeyRevoked> = []
  for (const keyId of new Set(command.keyIds)) {
    const key = ring.keys.get(keyId)
    if (key === undefined) return E.left(keyNotFound)
    events.push(...revocations(key, command))
  }
  return E.right(events)
}

/** The revocation of a key; none when its standing end is as early, which only an immediate one is for every clock. */
const revocations = (
  key: RingKey,
  { effective, reason, note, now }: Omit<RevokeKey, 'type' | 'keyId'>,
): ReadonlyArray<KeyRevoked> => {
  const urgent = reason === 'compromised' || reason === 'leaked'
  const end = urgent ? 'immediately' : asStored(effective, now)
  if (endOf(end) >= endOfKey(key)) return []
  const texts = note === undefined ? {} : { note }
  return [{ type: 'KeyRevoked', keyId: key.keyId, effective: end, reason, ...texts }]
}

const replace = (command: ReplaceKey, ring: KeyRing): Decision => {
  const { keyId, newKeyId, now } = command
  const found = keyOf(command, ring)
  if (E.isLeft(found)) return found
  const key = found.right
  const name = command.name ?? key.name
  const existing = ring.keys.get(newKeyId)
  if (existing !== undefined) return sameCreation(existing, command) ? nothing : E.left(keyIdTaken)
  if (hasEnded(key, now)) return E.left(keyEnded)
  const refusal = newKeyRefusal(command, name, ring, keyId)
  if (refusal !== undefined) return E.left(refusal)
  const successor = keyCreated({ ...command, keyId: newKeyId }, name)
  const retires = key.revocation === undefined || command.retireAt < endOfKey(key)
  return E.right(retires ? [successor, retirement(key, command)] : [successor])
}

/*
 * A replaced key that has no revocation is always given one, at its standing end if that is earlier than wanted:
 * from then on it counts neither for the limit nor for the uniqueness of names.
 */
const retirement = (key: RingKey, { retireAt, now }: ReplaceKey): KeyRevoked => {
  const end = Math.min(endOfKey(key), retireAt) as Instant
  return { type: 'KeyRevoked', keyId: key.keyId, effective: asStored(end, now), reason: 'replaced' }
}

type NewKey = Pick<CreateKey, 'keyId' | 'digest' | 'expiresAt' | 'now' | 'policy'>

const newKeyRefusal = (
  { expiresAt, now, policy }: Omit<NewKey, 'keyId'>,
  name: string,
  ring: KeyRing,
  replaced: KeyId | undefined,
): Refusal | undefined => {
  if (expiresAt !== undefined && expiresAt <= now) return expiryNotInFuture(now)
  if (isTaken(ring, name, now, replaced)) return nameTaken
  return isFull(ring, now, policy, replaced) ? keyLimitReached(policy.activeKeysMax) : undefined
}

const keyCreated = ({ keyId, digest, expiresAt }: NewKey, name: string): KeyCreated => {
  const ends = expiresAt === undefined ? {} : { expiresAt }
  return { type: 'KeyCreated', keyId, name, digest, ...ends }
}

const sameCreation = (key: RingKey, command: Pick<CreateKey, 'digest' | 'expiresAt'>): boolean =>
  key.digest.scheme === command.digest.scheme &&
  key.digest.value === command.digest.value &&
  key.expiresAt === command.expiresAt

const asStored = (effective: Effective, now: Instant): Effective =>
  endOf(effective) <= now ? 'immediately' : effective

/** Whether a key has ended at an instant. */
export const hasEnded = (key: Pick<RingKey, 'expiresAt' | 'revocation'>, now: Instant): boolean =>
  endOfKey(key) <= now

const isLive = (ring: KeyRing, keyId: KeyId, now: Instant): boolean => {
  const key = ring.keys.get(keyId)
  return key !== undefined && (key.expiresAt === undefined || key.expiresAt > now)
}

const isTaken = (ring: KeyRing, name: string, now: Instant, except: KeyId | undefined): boolean =>
  (ring.unrevoked.get(nameIdentity(name)) ?? []).some((keyId) => keyId !== except && isLive(ring, keyId, now))

const isFull = (ring: KeyRing, now: Instant, policy: KeyPolicy, except: KeyId | undefined): boolean => {
  if (ring.keys.size < policy.activeKeysMax) return false
  let count = 0
  for (const keyIds of ring.unrevoked.values())
    for (const keyId of keyIds) if (keyId !== except && isLive(ring, keyId, now)) count += 1
  return count >= policy.activeKeysMax
}

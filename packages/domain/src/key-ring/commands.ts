import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import type { Digest, Effective, RevocationReason } from './events.js'
import type { RequestMark } from './metadata.js'
import type { KeyName, Note } from './texts.js'

/** What a workspace may have; comes in as data, so that a decision depends on nothing but its arguments. */
export interface KeyPolicy {
  /** How many keys that are neither revoked nor expired a workspace may have, from 1. */
  readonly activeKeysMax: number
}

interface RingCommand {
  readonly now: Instant
  readonly request?: RequestMark
}

export interface CreateKey extends RingCommand {
  readonly type: 'CreateKey'
  readonly keyId: KeyId
  readonly name: KeyName
  readonly digest: Digest
  readonly expiresAt?: Instant
  readonly policy: KeyPolicy
}

export interface RenameKey extends RingCommand {
  readonly type: 'RenameKey'
  readonly keyId: KeyId
  readonly name: KeyName
}

export interface RevokeKey extends RingCommand {
  readonly type: 'RevokeKey'
  readonly keyId: KeyId
  readonly effective: Effective
  readonly reason: RevocationReason
  readonly note?: Note
}

/** Makes a successor and ends a key later, at `retireAt` or its standing end, whichever is first. */
export interface ReplaceKey extends RingCommand {
  readonly type: 'ReplaceKey'
  readonly keyId: KeyId
  readonly newKeyId: KeyId
  /** The successor's name; by default the name of the replaced key. */
  readonly name?: KeyName
  readonly digest: Digest
  readonly expiresAt?: Instant
  readonly retireAt: Instant
  readonly policy: KeyPolicy
}

export type KeyRingCommand = CreateKey | RenameKey | RevokeKey | ReplaceKey

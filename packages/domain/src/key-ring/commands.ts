import type { Revision } from '../event-store/event.js'
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

/** A command on one key, which may be bound to the state in which its caller has seen the key. */
interface KeyCommand extends RingCommand {
  readonly keyId: KeyId
  /** The command is refused when the key's revision is another one: somebody has changed the key meanwhile. */
  readonly ifRevision?: Revision
}

export interface CreateKey extends RingCommand {
  readonly type: 'CreateKey'
  readonly keyId: KeyId
  readonly name: KeyName
  readonly digest: Digest
  readonly expiresAt?: Instant
  readonly policy: KeyPolicy
}

export interface RenameKey extends KeyCommand {
  readonly type: 'RenameKey'
  readonly name: KeyName
}

export interface RevokeKey extends KeyCommand {
  readonly type: 'RevokeKey'
  readonly effective: Effective
  readonly reason: RevocationReason
  readonly note?: Note
}

/** Ends several keys at once, all of them or, where one is not found, none; each as `RevokeKey` would end it. */
export interface RevokeKeys extends RingCommand {
  readonly type: 'RevokeKeys'
  /** Different ones; as many as one append takes events. */
  readonly keyIds: ReadonlyArray<KeyId>
  readonly effective: 'immediately'
  readonly reason: RevocationReason
  readonly note?: Note
}

/** Makes a successor and ends a key later, at `retireAt` or its standing end, whichever is first. */
export interface ReplaceKey extends KeyCommand {
  readonly type: 'ReplaceKey'
  readonly newKeyId: KeyId
  /** The successor's name; by default the name of the replaced key. */
  readonly name?: KeyName
  readonly digest: Digest
  readonly expiresAt?: Instant
  readonly retireAt: Instant
  readonly policy: KeyPolicy
}

export type KeyRingCommand = CreateKey | RenameKey | RevokeKey | RevokeKeys | ReplaceKey

import type {
  Actor,
  Instant,
  KeyId,
  NumberedTrailEntry,
  Origin,
  Revision,
  RevocationReason,
  Secret,
  UseContext,
  WorkspaceId,
} from '@detrics/keys-domain'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { KeysError } from './errors.js'

/**
 * The front door: everything that a service does with the keys of its workspaces. Ids, names and texts come in as
 * plain strings, are checked here, and are refused as values of `KeysError`; nothing throws but a bug.
 */
export interface Keys {
  /** Makes a key. Its secret is in this one reply and nowhere else, ever. */
  readonly create: (request: CreateRequest) => TaskEither<KeysError, CreatedKey>
  /** Changes the name and nothing else: who uses the key notices nothing. */
  readonly rename: (request: RenameRequest) => TaskEither<KeysError, ChangedKey>
  /** Ends a key; once this resolves with an immediate revocation, no process accepts the key again. */
  readonly revoke: (request: RevokeRequest) => TaskEither<KeysError, ChangedKey>
  /** Makes a successor and lets the key end later, in one step: both work in between, under one name if wanted. */
  readonly replace: (request: ReplaceRequest) => TaskEither<KeysError, ReplacedKey>
  /** One key of a workspace. */
  readonly get: (request: {
    readonly workspaceId: string
    readonly keyId: string
  }) => TaskEither<KeysError, KeyView>
  /** The keys of a workspace, ended ones included, newest first. */
  readonly list: (request: ListRequest) => TaskEither<KeysError, KeyPage>
  /**
   * Decides whether a presented string is an active key, and puts the use on record before it answers. `presented`
   * may be anything; what is no well-formed key is refused without a look at the store.
   */
  readonly verify: (presented: string | Secret, use: UseContext) => Task<Verdict>
  /** The audit trail of a workspace, newest first; contains everything committed before the call. */
  readonly activity: (request: ActivityRequest) => TaskEither<KeysError, ActivityPage>
  /**
   * An `AbortSignal` that fires soon after the key ended, by revocation in any process or by expiry; for streams
   * that stay open. It is a convenience on top of `verify`, not a substitute: `release` it when the stream is gone.
   */
  readonly watch: (keyId: KeyId) => KeyWatch
  /** Flushes what is buffered and releases everything. Calling it again is harmless. */
  readonly close: Task<void>
}

/** What every command says: for which workspace, by whom, from where, and whether it may be a repetition. */
export interface Command {
  readonly workspaceId: string
  readonly actor: Actor
  readonly origin?: Origin
  /** 1–255 visible ASCII characters: the same key with the same request is carried out once. */
  readonly idempotencyKey?: string
}

export interface CreateRequest extends Command {
  /** 1–64 visible characters. */
  readonly name: string
  readonly expiresAt?: Instant
}

export interface RenameRequest extends Command {
  readonly keyId: string
  readonly name: string
}

export interface RevokeRequest extends Command {
  readonly keyId: string
  /** Default `'requested'`. `'compromised'` and `'leaked'` are always immediate. */
  readonly reason?: Exclude<RevocationReason, 'replaced'>
  /** 1–500 characters for whoever reviews this later. */
  readonly note?: string
  /** Default: immediately. */
  readonly effective?: Instant
}

export interface ReplaceRequest extends Command {
  readonly keyId: string
  /** Default: the name of the key that is replaced. */
  readonly name?: string
  /** Of the new key. */
  readonly expiresAt?: Instant
  /** When the replaced key ends; default 24 hours from now. */
  readonly retireAt?: Instant
}

export interface ListRequest {
  readonly workspaceId: string
  /** 1–200, default 50. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
}

export interface ActivityRequest {
  readonly workspaceId: string
  readonly keyId?: string
  readonly since?: Instant
  /** 1–200, default 50. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly before?: number
}

export type KeyStatus = 'active' | 'revoked' | 'expired'

/** A key as it may be shown to whoever may see its workspace. */
export interface KeyView {
  readonly keyId: KeyId
  readonly workspaceId: WorkspaceId
  readonly name: string
  /** `detrics_<id part>_…`: tells which secret belongs to this key without containing any of it. */
  readonly mask: string
  readonly status: KeyStatus
  readonly createdAt: Instant
  readonly createdBy: Actor
  readonly expiresAt?: Instant
  /** When the key ends or ended, by expiry or revocation, whichever is first. */
  readonly endsAt?: Instant
  readonly revocation?: RevocationView
  /** The revision of the ring at which this key last changed. */
  readonly revision: Revision
}

export interface RevocationView {
  readonly effective: 'immediately' | Instant
  readonly reason: RevocationReason
  readonly note?: string
  readonly revokedAt: Instant
  readonly revokedBy: Actor
}

export interface CreatedKey {
  readonly key: KeyView
  /** None when the request was a repetition: the secret was in the first reply only. */
  readonly secret: Option<Secret>
  readonly replayed: boolean
}

export interface ChangedKey {
  readonly key: KeyView
  /** False when there was nothing to do. */
  readonly changed: boolean
}

export interface ReplacedKey extends CreatedKey {
  readonly replaced: KeyView
}

export interface KeyPage {
  readonly keys: ReadonlyArray<KeyView>
  readonly next: Option<KeyId>
}

export interface ActivityPage {
  readonly entries: ReadonlyArray<NumberedTrailEntry>
  readonly next: Option<number>
}

/** The answer of a verification. */
export type Verdict =
  | {
      readonly _tag: 'Active'
      readonly workspaceId: WorkspaceId
      readonly keyId: KeyId
      readonly name: string
      readonly expiresAt?: Instant
    }
  /**
   * `malformed`: no key of ours, by its form. `unknown`: no such key, or a wrong secret, which is not told apart.
   * `revoked` and `expired` are said only to whoever presented the right secret.
   */
  | { readonly _tag: 'Refused'; readonly reason: 'malformed' | 'unknown' | 'revoked' | 'expired' }
  /** Nothing could be decided, or the use could not be put on record; never a statement about the key. */
  | { readonly _tag: 'Unavailable' }

export interface KeyWatch {
  readonly signal: AbortSignal
  readonly release: () => void
}

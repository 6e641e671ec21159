import type {
  ActivityKind,
  Actor,
  Instant,
  KeyId,
  NumberedTrailEntry,
  Origin,
  Revision,
  RevocationReason,
  Secret,
  UseContext,
  UseOutcome,
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
  /**
   * Ends several keys immediately, in one step: all of them or, where one of them is not found, none. Each is ended as
   * `revoke` would end it, so one that has expired is ended for every clock, and one that is revoked already stays as
   * it is.
   */
  readonly revokeMany: (request: RevokeManyRequest) => TaskEither<KeysError, RevokedKeys>
  /** Makes a successor and lets the key end later, in one step: both work in between, under one name if wanted. */
  readonly replace: (request: ReplaceRequest) => TaskEither<KeysError, ReplacedKey>
  /** One key of a workspace, with its last use as in `list`. */
  readonly get: (request: {
    readonly workspaceId: string
    readonly keyId: string
  }) => TaskEither<KeysError, KeyView>
  /**
   * The keys of a workspace, ended ones included, newest first.
   *
   * When a key was used last comes from the audit trail. Where that cannot be read within a moment, the keys are shown
   * without it and say so in `lastUseUnknown`: who has to find and revoke a key cannot wait for the trail.
   */
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
  /**
   * Whether a verification would be decided now: the log can be read to its end, in the time that a verification
   * waits for that. Never throws; for whoever sends requests to this process or keeps them away from it.
   */
  readonly ready: Task<boolean>
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

/** A command on one key. */
export interface KeyCommand extends Command {
  readonly keyId: string
  /**
   * The `revision` at which the caller has seen the key: if the key was changed since, the command is refused as
   * `KeyChanged`. Default: whatever the key has become. A repetition by idempotency key is told apart before this.
   */
  readonly ifRevision?: bigint
}

export interface RenameRequest extends KeyCommand {
  readonly name: string
}

export interface RevokeRequest extends KeyCommand {
  /** Default `'requested'`. `'compromised'` and `'leaked'` are always immediate. */
  readonly reason?: Exclude<RevocationReason, 'replaced'>
  /** 1–500 characters for whoever reviews this later. */
  readonly note?: string
  /** Default: immediately. */
  readonly effective?: Instant
}

export interface RevokeManyRequest extends Command {
  /** 1–1,000 ids; one that is named twice counts once. */
  readonly keyIds: ReadonlyArray<string>
  /** Default `'requested'`. */
  readonly reason?: Exclude<RevocationReason, 'replaced'>
  /** 1–500 characters for whoever reviews this later, the same for all keys. */
  readonly note?: string
}

export interface ReplaceRequest extends KeyCommand {
  /** Default: the name of the key that is replaced. */
  readonly name?: string
  /** Of the new key. */
  readonly expiresAt?: Instant
  /** When the replaced key ends; default 24 hours from now. */
  readonly retireAt?: Instant
}

export interface ListRequest {
  readonly workspaceId: string
  /**
   * 1–64 characters. Finds the keys whose name contains them, whatever the case of letters and the form of characters;
   * from four characters on also those in whose id or in whose part of the mask they stand. A whole key is refused.
   */
  readonly search?: string
  /** Only keys that are in this state now. */
  readonly status?: KeyStatus
  /** 1–200, default 50. */
  readonly limit?: number
  /** The `next` of the page before, which was asked for with the same `search` and `status`. */
  readonly after?: string
}

export interface ActivityRequest {
  readonly workspaceId: string
  readonly keyId?: string
  readonly kind?: ActivityKind
  /** Only uses that ended like this; together with another kind than `'used'` nothing is found. */
  readonly outcome?: UseOutcome
  /** Only what happened at this instant or later. */
  readonly since?: Instant
  /** Only what happened before this instant. Of uses that were recorded together, the first counts for both. */
  readonly until?: Instant
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
  /**
   * When the key was accepted last; absent where it never was. Looked up by `get` and `list` only: the key in the reply
   * of a command is always without it.
   */
  readonly lastUsedAt?: Instant
  /** In a reply of `get` or `list`: the audit trail could not be read, so `lastUsedAt` is absent whatever is true. */
  readonly lastUseUnknown?: true
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

export interface RevokedKeys {
  /** In the order in which they were asked for, each once. */
  readonly keys: ReadonlyArray<KeyView>
  /** How many of them the request has ended; a repetition by idempotency key is told what the first one was told. */
  readonly revokedCount: number
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

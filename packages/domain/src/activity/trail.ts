import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventId, Position, Revision, StreamId } from '../event-store/event.js'
import type { RevocationReason } from '../key-ring/events.js'
import type { Actor } from '../values/actor.js'
import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import type { Origin } from '../values/origin.js'
import type { WorkspaceId } from '../values/workspace-id.js'
import type { UseContext, UseOutcome } from './use.js'

/** A change of a key, for review. */
export interface LifecycleEntry {
  readonly kind: 'created' | 'renamed' | 'revoked'
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly occurredAt: Instant
  readonly actor: Actor
  readonly origin: Origin
  /** The name that the key has from here on; absent for a revocation. */
  readonly name?: string
  readonly expiresAt?: Instant
  /** Of a revocation: from when on the key is ended. */
  readonly effective?: 'immediately' | Instant
  readonly reason?: RevocationReason
  readonly note?: string
}

/** Equal uses of a key that were recorded together. */
export interface UseEntry extends UseContext {
  readonly kind: 'used'
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  /** When the first of them happened. */
  readonly occurredAt: Instant
  readonly lastAt: Instant
  readonly outcome: UseOutcome
  readonly count: number
}

/** One line of the audit trail. */
export type TrailEntry = LifecycleEntry | UseEntry

/** What a line tells of: a change of a key, or uses of it. */
export type ActivityKind = TrailEntry['kind']

/** A line with its number: 1, 2, 3 … within its workspace, in the order of the log. */
export type NumberedTrailEntry = TrailEntry & { readonly sequence: number }

/** How far a read model has come: the last settled event that it contains, and of which log. */
export interface Checkpoint {
  readonly logId: string
  readonly position: Position
  readonly eventId: EventId
  /** Where that event stands, so that it can be looked up: a log that was put back to an older state lacks it. */
  readonly stream: StreamId
  readonly revision: Revision
}

/** The most lines in one page of the trail. */
export const trailPageLimitMax = 200

export interface TrailQuery {
  readonly workspaceId: WorkspaceId
  readonly keyId?: KeyId
  readonly kind?: ActivityKind
  /** Only uses that ended like this; together with another kind than `used` nothing is found. */
  readonly outcome?: UseOutcome
  /** Only lines that happened at this instant or later. */
  readonly since?: Instant
  /** Only lines that happened before this instant. Of uses that were recorded together, the first counts for both. */
  readonly until?: Instant
  /** Only lines with a smaller sequence: the `next` of the page before. */
  readonly before?: number
  /** 1 to `trailPageLimitMax`. */
  readonly limit: number
}

/** Newest lines first. `next` is none on the last page. */
export interface TrailPage {
  readonly entries: ReadonlyArray<NumberedTrailEntry>
  readonly next: Option<number>
}

export type TrailError =
  /** Another process has moved the checkpoint: nothing was written; read the checkpoint and go on from there. */
  | { readonly _tag: 'StaleCheckpoint' }
  | { readonly _tag: 'TrailUnavailable'; readonly cause: string }
  | { readonly _tag: 'TrailClosed' }

/** The port to where the audit trail is kept: a read model that can be dropped and rebuilt from the log. */
export interface AuditTrailStore {
  readonly checkpoint: TaskEither<TrailError, Option<Checkpoint>>
  /**
   * Adds lines and moves the checkpoint in one transaction; refuses with `StaleCheckpoint`, writing nothing, when
   * the checkpoint is not `expected`. Numbers the lines per workspace in the order given. No line is no problem.
   */
  readonly commit: (
    expected: Option<Checkpoint>,
    next: Checkpoint,
    entries: ReadonlyArray<TrailEntry>,
  ) => TaskEither<TrailError, void>
  readonly page: (query: TrailQuery) => TaskEither<TrailError, TrailPage>
  /**
   * When each of these keys was accepted last, as far as the trail has come; no entry for a key that never was. It is
   * kept up with each commit, so that asking costs a look-up for each key and not a search through its lines.
   */
  readonly lastUses: (
    workspaceId: WorkspaceId,
    keyIds: ReadonlyArray<KeyId>,
  ) => TaskEither<TrailError, ReadonlyMap<KeyId, Instant>>
  /** Drops all lines, last uses and the checkpoint, for a rebuild. */
  readonly clear: TaskEither<TrailError, void>
  /** Calling it again is harmless; every other call answers `TrailClosed` afterwards. */
  readonly close: Task<void>
}

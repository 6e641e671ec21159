import {
  decodeKeyRingEvent,
  decodeUses,
  workspaceOfActivity,
  workspaceOfKeyRing,
  type RecordedEvent,
  type RingEntry,
  type Unreadable,
  type UsesRecorded,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'

/** An event of the log as the projections see it. */
export type LogEntry =
  | { readonly _tag: 'Lifecycle'; readonly workspaceId: WorkspaceId; readonly entry: RingEntry }
  | { readonly _tag: 'Uses'; readonly workspaceId: WorkspaceId; readonly uses: UsesRecorded }
  /** An event of a stream that no projection reads. */
  | { readonly _tag: 'Other' }

/**
 * Reads an event by the stream in which it stands. What cannot be read is an error and stops the projection: to skip it
 * could be to skip a revocation.
 */
export const readLogEntry = (recorded: RecordedEvent): E.Either<Unreadable, LogEntry> => {
  const ring = workspaceOfKeyRing(recorded.stream)
  if (ring !== undefined)
    return E.map((entry: RingEntry): LogEntry => ({ _tag: 'Lifecycle', workspaceId: ring, entry }))(
      decodeKeyRingEvent(recorded),
    )
  const activity = workspaceOfActivity(recorded.stream)
  if (activity !== undefined)
    return E.map((uses: UsesRecorded): LogEntry => ({ _tag: 'Uses', workspaceId: activity, uses }))(
      decodeUses(recorded),
    )
  return E.right({ _tag: 'Other' })
}

import type {
  LifecycleEntry,
  RingEntry,
  TrailEntry,
  UseEntry,
  UsesRecorded,
  WorkspaceId,
} from '@detrics/keys-domain'
import type { LogEntry } from '../log-entry.js'

/** The lines of the audit trail for an event: one, or none for an event that is not of a workspace. */
export const trailEntries = (logEntry: LogEntry): ReadonlyArray<TrailEntry> => {
  switch (logEntry._tag) {
    case 'Lifecycle':
      return [lifecycleEntry(logEntry.workspaceId, logEntry.entry)]
    case 'Uses':
      return [useEntry(logEntry.workspaceId, logEntry.uses)]
    case 'Other':
      return []
  }
}

const lifecycleEntry = (workspaceId: WorkspaceId, { event, metadata }: RingEntry): LifecycleEntry => {
  const { actor, occurredAt, origin } = metadata
  const common = { workspaceId, keyId: event.keyId, occurredAt, actor, origin }
  switch (event.type) {
    case 'KeyCreated': {
      const ends = event.expiresAt === undefined ? {} : { expiresAt: event.expiresAt }
      return { kind: 'created', ...common, name: event.name, ...ends }
    }
    case 'KeyRenamed':
      return { kind: 'renamed', ...common, name: event.name }
    case 'KeyRevoked': {
      const texts = event.note === undefined ? {} : { note: event.note }
      return { kind: 'revoked', ...common, effective: event.effective, reason: event.reason, ...texts }
    }
  }
}

const useEntry = (workspaceId: WorkspaceId, uses: UsesRecorded): UseEntry => {
  const { firstAt, ...rest } = uses
  return { kind: 'used', workspaceId, occurredAt: firstAt, ...rest }
}

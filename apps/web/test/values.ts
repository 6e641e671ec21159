import type { ActivityEntry, Instant, Key, KeyId, MemberId, WorkspaceId } from '@detrics/keys-client'
import type { Use } from '../src/words/activity-words.js'

export const workspaceId = 'demo-a' as WorkspaceId
export const keyId = '019c65c9-09c0-7c31-8a44-3f1d5b7c9e02' as KeyId
export const otherKeyId = '019c69c1-4600-7d02-9b11-7a2e4c6f8d13' as KeyId
export const me = 'member-7' as MemberId
export const at = (iso: string): Instant => Date.parse(iso) as Instant
export const now = at('2026-02-16T09:30:00Z')
export const later = (ms: number): Instant => (now + ms) as Instant
export const dayMs = 86_400_000

export const key = (more: Partial<Key> = {}): Key => ({
  keyId,
  workspaceId,
  name: 'Work laptop',
  mask: 'detrics_032SuBWdwG49N4djlXooaY_…',
  status: 'active',
  createdAt: at('2026-02-01T09:00:00Z'),
  createdBy: { type: 'member', memberId: me },
  revision: 42n,
  ...more,
})

export const use = (more: Partial<Use> = {}): Use => ({
  sequence: 1,
  kind: 'used',
  keyId,
  occurredAt: now,
  lastAt: now,
  action: 'list_keys',
  outcome: 'accepted',
  count: 1,
  ...more,
})

type Change = Exclude<ActivityEntry, Use>

export const change = (more: Partial<Change> = {}): Change => ({
  sequence: 1,
  kind: 'created',
  keyId,
  occurredAt: now,
  actor: { type: 'member', memberId: me },
  origin: {},
  ...more,
})

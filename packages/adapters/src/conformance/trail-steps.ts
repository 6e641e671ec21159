import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import {
  EventId,
  Instant,
  KeyId,
  MemberId,
  StreamId,
  WorkspaceId,
  position,
  revision,
} from '@detrics/keys-domain'
import type { Checkpoint, TrailEntry, TrailError, UseEntry } from '@detrics/keys-domain'
import { answered } from './guarantee.js'

export const workspace = (name: string): WorkspaceId => {
  assert.ok(WorkspaceId.is(name))
  return name
}

export const instant = (ms: number): Instant => {
  assert.ok(Instant.is(ms))
  return ms
}

const keyId = (number: number): KeyId => {
  const id = `0192b1e5-7f00-7abc-8def-${String(number).padStart(12, '0')}`
  assert.ok(KeyId.is(id))
  return id
}

export const keys: readonly [KeyId, KeyId] = [keyId(1), keyId(2)]

const memberId = (name: string): MemberId => {
  assert.ok(MemberId.is(name))
  return name
}

/** The checkpoint after the n-th event. */
export const checkpoint = (number: number): Checkpoint => {
  const eventId = `0192b1e5-7f00-4abc-8def-${String(number).padStart(12, '0')}`
  assert.ok(EventId.is(eventId))
  const stream = 'events'
  assert.ok(StreamId.is(stream))
  const at = position(`${String(number).padStart(19, '0')}-${eventId.slice(-8)}`)
  return { logId: 'log', position: at, eventId, stream, revision: revision(number) }
}

export const used = (workspaceId: WorkspaceId, at: number, key: KeyId = keys[0]): UseEntry => ({
  kind: 'used',
  workspaceId,
  keyId: key,
  occurredAt: instant(at),
  lastAt: instant(at + 5),
  action: 'tools/list',
  outcome: 'accepted',
  count: 3,
})

/** An attempt that was refused, later than all others. */
export const refusedUse = (workspaceId: WorkspaceId, key: KeyId): UseEntry => ({
  ...used(workspaceId, 9_000_000, key),
  outcome: 'revoked',
})

export const outcomes = ['accepted', 'revoked', 'expired', 'wrong-secret'] as const

/**
 * Many lines of two keys, kinds and outcomes in every combination, some of them rare. Their instants go on with their
 * numbers, but now and then a line tells of what happened a little later, or, among the first, long before.
 */
export const manyLines = (workspaceId: WorkspaceId, count: number): ReadonlyArray<TrailEntry> => {
  const changes = everyKind(workspaceId).slice(0, 5)
  return Array.from({ length: count }, (_, index) => {
    const keyId = keys[index % 5 === 0 ? 1 : 0]
    const occurredAt = instantOf(index)
    const change = index % 67 === 0 ? changes[(index / 67) % changes.length] : undefined
    if (change !== undefined) return { ...change, keyId, occurredAt }
    const outcome = outcomes[index % 97 === 0 ? 3 : index % 19 === 0 ? 2 : index % 7 === 0 ? 1 : 0]
    return { ...used(workspaceId, 0, keyId), occurredAt, outcome: outcome ?? 'accepted' }
  })
}

const instantOf = (index: number): Instant => {
  const later = index % 47 === 0 ? 35 : 0
  const before = index < 1_500 && index % 211 === 0 ? 900_000 : 0
  return instant(1_000_000 + index * 10 + later - before)
}

/** Lines of every kind, with and without the fields that may be absent. */
export const everyKind = (workspaceId: WorkspaceId): ReadonlyArray<TrailEntry> => {
  const common = { workspaceId, keyId: keys[0], occurredAt: instant(1_700_000_000_000) }
  const member = { type: 'member', memberId: memberId('m|ä😀"\'') } as const
  return [
    { ...common, kind: 'created', actor: member, origin: {}, name: 'Ämne 😀' },
    {
      ...common,
      kind: 'created',
      keyId: keys[1],
      actor: { type: 'key', keyId: keys[0] },
      origin: { address: '::1', userAgent: '' },
      name: 'n',
      expiresAt: instant(0),
    },
    { ...common, kind: 'renamed', actor: member, origin: { userAgent: 'x' }, name: 'e\u0301' },
    {
      ...common,
      kind: 'revoked',
      actor: { type: 'system', reason: 'expired' },
      origin: { address: '10.0.0.1' },
      effective: 'immediately',
      reason: 'leaked',
      note: '',
    },
    {
      ...common,
      kind: 'revoked',
      actor: member,
      origin: {},
      effective: instant(253402300799999),
      reason: 'requested',
    },
    used(workspaceId, 0),
    {
      ...used(workspaceId, 7, keys[1]),
      client: 'agent/1.0',
      address: '2001:db8::/64',
      outcome: 'wrong-secret',
    },
  ]
}

export const outcomesOf = async (
  commits: ReadonlyArray<TaskEither<TrailError, void>>,
): Promise<ReadonlyArray<string>> => {
  const results = await answered(Promise.all(commits.map((commit) => commit())))
  return results.map((result) => (E.isRight(result) ? 'committed' : result.left._tag)).toSorted()
}

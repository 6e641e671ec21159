import type { OperationId } from '@detrics/keys-client/contract'
import type { Json } from './json.js'

type Examples = Readonly<Record<string, { readonly summary: string; readonly value: Json }>>

const laptopId = '019c65c9-09c0-7c31-8a44-3f1d5b7c9e02'
const successorId = '019c69c1-4600-7d02-9b11-7a2e4c6f8d13'
const member = { type: 'member', memberId: 'member-7' }

const laptop = {
  keyId: laptopId,
  workspaceId: 'demo-a',
  name: 'Work laptop',
  mask: 'detrics_032SuBWdwG49N4djlXooaY_…',
  status: 'active',
  createdAt: '2026-02-16T09:30:00.000Z',
  createdBy: member,
  revision: '42',
}

const revokedLaptop = {
  ...laptop,
  status: 'revoked',
  endsAt: '2026-03-02T16:05:12.480Z',
  revocation: {
    effective: 'immediately',
    reason: 'leaked',
    note: 'Found in a public repository.',
    revokedAt: '2026-03-02T16:05:12.480Z',
    revokedBy: member,
  },
  revision: '44',
}

const replacedLaptop = {
  ...laptop,
  endsAt: '2026-02-18T04:00:00.000Z',
  revocation: {
    effective: '2026-02-18T04:00:00.000Z',
    reason: 'replaced',
    revokedAt: '2026-02-17T04:00:00.000Z',
    revokedBy: member,
  },
  revision: '43',
}

const successor = {
  ...laptop,
  keyId: successorId,
  mask: 'detrics_032TLQR96oIqTepX8YRsHL_…',
  createdAt: '2026-02-17T04:00:00.000Z',
  revision: '43',
}

const use = {
  sequence: 108,
  kind: 'used',
  keyId: laptopId,
  occurredAt: '2026-03-02T16:06:00.112Z',
  lastAt: '2026-03-02T16:06:41.907Z',
  action: 'list_campaigns',
  outcome: 'revoked',
  count: 3,
  client: 'agent/1.0',
  address: '192.0.2.7',
}

const revocationEntry = {
  sequence: 107,
  kind: 'revoked',
  keyId: laptopId,
  occurredAt: '2026-03-02T16:05:12.480Z',
  actor: member,
  origin: { address: '198.51.100.20', userAgent: 'Mozilla/5.0' },
  effective: 'immediately',
  reason: 'leaked',
  note: 'Found in a public repository.',
}

const secretNotice =
  'The secret was shown in the first reply only. If it did not reach you, revoke this key and make another one.'
/** Not quite a key: what searches for keys is not to find one in every copy of the description. */
const secret = 'detrics_032SuBWdwG49N4djlXooaY_(38 letters and digits)'

const one = (summary: string, value: Json): Examples => ({ example: { summary, value } })

/** Bodies of requests. */
export const requestExamples: { readonly [K in OperationId]?: Examples } = {
  createKey: {
    unlimited: { summary: 'A key that ends when it is revoked', value: { name: 'Work laptop' } },
    limited: {
      summary: 'A key that ends by itself',
      value: { name: 'CI server', expiresAt: '2027-01-31T09:00:00Z' },
    },
  },
  renameKey: one('A new name', { name: 'Old laptop' }),
  revokeKey: {
    leaked: {
      summary: 'After a leak',
      value: { reason: 'leaked', note: 'Found in a public repository.' },
    },
    later: { summary: 'At a later time', value: { effective: '2027-01-31T09:00:00Z' } },
  },
  replaceKey: one('With an hour to bring the successor to where the key is used', {
    retireAt: '2026-02-17T05:00:00Z',
  }),
  revokeKeys: one('Two keys', { keyIds: [laptopId, successorId], reason: 'compromised' }),
  verifyKey: one('A key that an agent has presented', {
    key: secret,
    action: 'list_campaigns',
    client: 'agent/1.0',
    address: '192.0.2.7',
  }),
}

/** Bodies of replies. */
export const replyExamples: { readonly [K in OperationId]: Examples } = {
  getMe: one('A member of one workspace', {
    memberId: 'member-7',
    name: 'Demo member',
    workspaces: [{ workspaceId: 'demo-a', name: 'Demo workspace A', role: 'manager' }],
    signedInBy: 'token',
    mcpUrl: 'https://mcp.example.com/mcp',
  }),
  listKeys: one('A page with more behind it', {
    keys: [successor, { ...replacedLaptop, lastUsedAt: '2026-02-17T03:59:12.001Z' }],
    next: laptopId,
  }),
  createKey: {
    first: { summary: 'The first reply', value: { key: laptop, secret } },
    repeated: { summary: 'A repetition', value: { key: laptop, secret: null, secretNotice } },
  },
  getKey: one('A key', { key: { ...laptop, lastUsedAt: '2026-02-16T11:02:57.318Z' } }),
  renameKey: one('Renamed', { key: { ...laptop, name: 'Old laptop', revision: '43' } }),
  revokeKey: one('Revoked', { key: revokedLaptop }),
  replaceKey: one('Replaced', { key: successor, secret, replaced: replacedLaptop }),
  revokeKeys: one('Revoked', {
    keys: [revokedLaptop, { ...revokedLaptop, keyId: successorId, mask: successor.mask }],
    revoked: 2,
  }),
  reviewActivity: one('A revocation, and attempts after it', {
    entries: [use, revocationEntry],
    next: '107',
  }),
  verifyKey: {
    active: {
      summary: 'Let it through',
      value: { active: true, workspaceId: 'demo-a', keyId: laptopId, name: 'Work laptop' },
    },
    revoked: { summary: 'Let nothing through', value: { active: false, reason: 'revoked' } },
    unknown: {
      summary: 'No key of ours, or a wrong secret',
      value: { active: false, reason: 'unauthorized' },
    },
  },
  getHealth: one('Alive', { status: 'ok' }),
  getReadiness: one('Ready', { status: 'ready' }),
}

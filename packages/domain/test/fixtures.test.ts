import {
  decodeKeyRingEvent,
  decodeLogOpened,
  decodeUses,
  encodeKeyRingEvent,
  encodeLogOpened,
  encodeUses,
  type NewEvent,
  type RecordedEvent,
} from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { readFileSync, readdirSync } from 'node:fs'
import { keyRingEventForms } from '../src/key-ring/index.js'
import { sources } from './sources.js'
import { eventId, recorded } from './support.js'

type Fixture = Omit<NewEvent, 'id'>

const folder = new URL('./fixtures/', import.meta.url)
const fixtures = new Map(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
  ]),
)

const stored = (name: string, change: Partial<Fixture> = {}): RecordedEvent => {
  const fixture = fixtures.get(name)
  if (fixture === undefined) throw new Error(`no fixture ${name}`)
  return recorded({ id: eventId(1), ...fixture, ...change }, 3)
}

const firstKey = '01951a2b-3c4d-7e5f-8a6b-7c8d9eafb0c1'
const morning = Date.UTC(2026, 1, 16, 9, 30)
const member = {
  actor: { type: 'member', memberId: 'auth0|65f1c0ffee' },
  occurredAt: morning,
  correlationId: '7d8f6f7e-3b1c-4f0a-9d2e-5a4b3c2d1e0f',
  origin: { address: '203.0.113.7', userAgent: 'Mozilla/5.0' },
}
const repeatable = {
  ...member,
  causationId: '01951a2b-0000-7000-8000-000000000001',
  request: { id: '5df41881-3aed-5515-88a7-2f4a814cf09e', fingerprint: '2cf24dba5fb0a30e26e83b2ac5b9e29e' },
}
const whoami = { keyId: firstKey, action: 'whoami', count: 1, firstAt: morning, lastAt: morning }

/** What each fixture means, for ever. */
const keyRingMeanings = {
  'key-created': {
    event: {
      type: 'KeyCreated',
      keyId: firstKey,
      name: 'CI',
      digest: {
        scheme: 'sha256',
        value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    },
    metadata: member,
  },
  'key-created-with-expiry': {
    event: {
      type: 'KeyCreated',
      keyId: '01951b00-0000-7abc-9def-0123456789ab',
      name: '\u06A9\u0644\u06CC\u062F\u200C\u0647\u0627 \u{1F469}\u200D\u{1F4BB}',
      digest: { scheme: 'hmac-sha256:2026-01', value: '00ff' },
      expiresAt: 253402300799999,
    },
    metadata: repeatable,
  },
  'key-renamed': {
    event: { type: 'KeyRenamed', keyId: firstKey, name: 'Nightly build' },
    metadata: member,
  },
  'key-revoked-immediately': {
    event: { type: 'KeyRevoked', keyId: firstKey, effective: 'immediately', reason: 'requested' },
    metadata: {
      actor: { type: 'key', keyId: firstKey },
      occurredAt: morning + 60_125,
      correlationId: 'c2',
      origin: { userAgent: 'claude-code/2.1' },
    },
  },
  'key-revoked-later': {
    event: { type: 'KeyRevoked', keyId: firstKey, effective: morning + 86_400_000, reason: 'replaced' },
    metadata: repeatable,
  },
  'key-revoked-compromised': {
    event: {
      type: 'KeyRevoked',
      keyId: firstKey,
      effective: 'immediately',
      reason: 'compromised',
      note: 'Laptop stolen.\nSee the report.',
    },
    metadata: member,
  },
  'key-revoked-leaked': {
    event: { type: 'KeyRevoked', keyId: firstKey, effective: 'immediately', reason: 'leaked' },
    metadata: {
      actor: { type: 'system', reason: 'The key was found in a public repository.' },
      occurredAt: morning + 120_000,
      correlationId: 'c3',
      origin: {},
    },
  },
}

const usesMeanings = {
  'uses-recorded': { ...whoami, outcome: 'accepted' },
  'uses-recorded-with-client-and-address': {
    ...whoami,
    action: 'POST /v1/reports',
    outcome: 'accepted',
    count: 17,
    lastAt: morning + 59_999,
    client: 'claude-code 2.1',
    address: '203.0.113.7',
  },
  'uses-recorded-revoked': { ...whoami, outcome: 'revoked', count: 2 },
  'uses-recorded-expired': { ...whoami, outcome: 'expired', count: 2 },
  'uses-recorded-wrong-secret': { ...whoami, outcome: 'wrong-secret', count: 2 },
}

describe('an event that was ever stored is read for ever', () => {
  test.each(Object.entries(keyRingMeanings))('%s', (name, meaning) => {
    const entry = decodeKeyRingEvent(stored(name))
    expect(entry).toStrictEqual(E.right({ ...meaning, revision: 3n }))
    if (E.isLeft(entry)) return
    const { id: _, ...again } = encodeKeyRingEvent(eventId(1), entry.right.event, entry.right.metadata)
    expect(again).toStrictEqual(fixtures.get(name))
  })

  test.each(Object.entries(usesMeanings))('%s', (name, meaning) => {
    const uses = decodeUses(stored(name))
    expect(uses).toStrictEqual(E.right(meaning))
    if (E.isLeft(uses)) return
    const { id: _, ...again } = encodeUses(eventId(1), uses.right)
    expect(again).toStrictEqual(fixtures.get(name))
  })

  test('log-opened', () => {
    const opened = { logId: '3f2c8e1a-5b7d-4c9e-8f0a-1b2c3d4e5f60', leaseMs: 500 }
    expect(decodeLogOpened(stored('log-opened'))).toStrictEqual(E.right(opened))
    const { id: _, ...again } = encodeLogOpened(eventId(1), opened)
    expect(again).toStrictEqual(fixtures.get('log-opened'))
  })

  test('every fixture has its meaning written down here', () => {
    const meant = [...Object.keys(keyRingMeanings), ...Object.keys(usesMeanings), 'log-opened']
    expect([...fixtures.keys()].toSorted()).toStrictEqual(meant.toSorted())
  })
})

describe('every schema of every event type has a fixture', () => {
  const held = new Set([...fixtures.values()].map(({ type, schema }) => `${type} ${schema}`))

  test('of the key ring', () => {
    for (const [type, { schema }] of Object.entries(keyRingEventForms))
      for (let older = 1; older <= schema; older += 1) expect(held).toContain(`${type} ${older}`)
  })

  test('of every other module that makes events', () => {
    const made = sources().flatMap(({ code }) =>
      [...code.matchAll(/\btype: '(\w+)',\s*schema: (\d+)/g)].map(([, type, schema]) => `${type} ${schema}`),
    )
    expect(made).not.toHaveLength(0)
    for (const form of made) expect(held).toContain(form)
    // Whatever makes events in another way than these is not found above.
    const makers = sources().filter(({ code }) => /\bNewEvent => \(/.test(code))
    expect(makers.map(({ file }) => file)).toStrictEqual([
      'activity/events.ts',
      'event-store/log-opened.ts',
      'key-ring/codec.ts',
    ])
  })

  test('with and without every member that may be absent, and every value of every choice', () => {
    const text = [...fixtures.values()].map(({ data, metadata }) => data + metadata).join('\n')
    const members = ['expiresAt', 'note', 'client', 'address', 'userAgent', 'causationId', 'request']
    const choices = ['requested', 'compromised', 'leaked', 'replaced', 'member', 'key', 'system']
    for (const word of [...members, ...choices]) expect(text).toContain(`"${word}"`)
  })
})

describe('what this version cannot read is refused as unreadable, and nothing of it is shown', () => {
  const decoders: Record<string, (event: RecordedEvent) => E.Either<unknown, unknown>> = {
    KeyCreated: decodeKeyRingEvent,
    KeyRenamed: decodeKeyRingEvent,
    KeyRevoked: decodeKeyRingEvent,
    UsesRecorded: decodeUses,
  }
  const readable = [...fixtures].filter(([, { type }]) => type in decoders)
  const decode = (event: RecordedEvent): E.Either<unknown, unknown> =>
    decoders[event.type]?.(event) ?? decodeKeyRingEvent(event)

  test.each(readable)('a newer schema of %s', (name, { type }) => {
    for (const schema of [0, 2, 1_000])
      expect(decode(stored(name, { schema }))).toMatchObject({
        _tag: 'Left',
        left: { _tag: 'Unreadable', event: { stream: 'keyRing-acme', revision: 3n, type, schema } },
      })
  })

  test.each(readable)('every damage of %s', (name, { data }) => {
    const whole = JSON.parse(data) as Record<string, unknown>
    const canary = 'canary-4711'
    const optional = ['expiresAt', 'note', 'client', 'address']
    const damages: Array<readonly [string, string]> = [
      [data.slice(0, -1), ''],
      ['', ''],
      [`"${canary}"`, ''],
      ['null', ''],
      ...Object.keys(whole)
        .filter((member) => !optional.includes(member))
        .map((member) => [JSON.stringify({ ...whole, [member]: undefined }), `/${member}`] as const),
      ...Object.keys(whole).map(
        (member) => [JSON.stringify({ ...whole, [member]: { [canary]: canary } }), `/${member}`] as const,
      ),
    ]
    for (const [damaged, pointer] of damages) {
      const result = decode(stored(name, { data: damaged }))
      if (E.isRight(result)) throw new Error(`accepted with damage at ${pointer}`)
      expect(result.left).toMatchObject({ _tag: 'Unreadable' })
      const { mismatches } = result.left as { mismatches: ReadonlyArray<{ pointer: string }> }
      expect(mismatches).not.toHaveLength(0)
      for (const mismatch of mismatches)
        expect(mismatch.pointer === pointer || mismatch.pointer.startsWith(`${pointer}/`)).toBe(true)
      const shown = JSON.stringify(result.left, (_, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      )
      expect(shown).not.toContain(canary)
      const values = Object.values(whole).map(String)
      for (const value of values.filter(({ length }) => length > 'immediately'.length))
        expect(shown).not.toContain(value)
    }
  })

  test('damaged metadata', () => {
    const { metadata } = stored('key-created-with-expiry')
    const whole = JSON.parse(metadata) as Record<string, unknown>
    const damages: ReadonlyArray<readonly [unknown, string]> = [
      [{ ...whole, occurredAt: '2026-02-30T09:30:00.000Z' }, '/occurredAt'],
      [{ ...whole, occurredAt: '2026-02-16T09:30:00Z' }, '/occurredAt'],
      [{ ...whole, occurredAt: 5 }, '/occurredAt'],
      [{ ...whole, actor: { type: 'stranger' } }, '/actor'],
      [{ ...whole, actor: { type: 'member', memberId: '' } }, '/actor/memberId'],
      [{ ...whole, origin: { address: 5 } }, '/origin/address'],
      [{ ...whole, request: { id: 'a' } }, '/request/fingerprint'],
      [{ ...whole, correlationId: null }, '/correlationId'],
    ]
    for (const [damaged, pointer] of damages)
      expect(
        decodeKeyRingEvent(stored('key-created-with-expiry', { metadata: JSON.stringify(damaged) })),
      ).toMatchObject({
        left: {
          _tag: 'Unreadable',
          mismatches: expect.arrayContaining([expect.objectContaining({ pointer })]),
        },
      })
  })

  test('instants and ids in another than their one form', () => {
    const created = JSON.parse(stored('key-created-with-expiry').data) as Record<string, unknown>
    const others = [
      { keyId: '01951A2B-3C4D-7E5F-8A6B-7C8D9EAFB0C1' },
      { keyId: '3f2c8e1a-5b7d-4c9e-8f0a-1b2c3d4e5f60' },
      { keyId: '01951a2b3c4d7e5f8a6b7c8d9eafb0c1' },
      { expiresAt: '2026-02-16T24:00:00.000Z' },
      { expiresAt: '+010000-01-01T00:00:00.000Z' },
      { expiresAt: '1969-12-31T23:59:59.999Z' },
      { expiresAt: '2026-02-16T09:30:00.000+00:00' },
      { expiresAt: null },
    ]
    for (const other of others)
      expect(
        decodeKeyRingEvent(
          stored('key-created-with-expiry', { data: JSON.stringify({ ...created, ...other }) }),
        ),
      ).toMatchObject({ left: { _tag: 'Unreadable' } })
  })

  test('a type that does not belong into the stream', () => {
    for (const type of ['KeyDeleted', 'UsesRecorded', 'toString', '__proto__', ''])
      expect(decodeKeyRingEvent(stored('key-created', { type }))).toMatchObject({
        left: { _tag: 'Unreadable', mismatches: [{ pointer: '' }] },
      })
    expect(decodeUses(stored('key-created'))).toMatchObject({ left: { _tag: 'Unreadable' } })
  })

  test('a first event of the log that is newer, damaged or another', () => {
    const refused = [
      { schema: 2 },
      { type: 'KeyCreated' },
      { data: '{"logId":"secret-canary"}' },
      { data: '{"logId":5,"leaseMs":500}' },
      { data: 'secret-canary' },
    ]
    for (const change of refused) {
      const result = decodeLogOpened(stored('log-opened', change))
      expect(result).toMatchObject({
        _tag: 'Left',
        left: expect.stringMatching(/^The first event of the log/),
      })
      expect(JSON.stringify(result)).not.toContain('canary')
    }
  })
})

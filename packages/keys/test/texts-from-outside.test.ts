import { describe, expect, test } from '@jest/globals'
import { KeyId, type MemberId } from '@detrics/keys'
import { composeKey, defaultKeyPrefixes, redactedText, reveal } from '@detrics/keys-domain'
import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { requestMark } from '../src/request-mark.js'
import { cleanText, cleanUseContext } from '../src/use-context.js'

const keyId = '0192f0c5-7b3a-7c31-8a44-c0ffee000001'
if (!KeyId.is(keyId)) throw new Error('no key id')
const secret = reveal(composeKey(defaultKeyPrefixes, keyId, randomBytes(128)))
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

describe('what a caller says about a use', () => {
  test('is kept as it is when it is short and printable', () => {
    const context = { action: 'POST /v1/reports', client: 'Codex/1.0 (Größe ✓)', address: '2001:db8::1' }
    expect(cleanUseContext(context)).toEqual(context)
    expect(cleanUseContext({ action: 'x' })).toEqual({ action: 'x' })
  })

  test('has every key in it redacted, wherever the cut falls', () => {
    fc.assert(
      fc.property(fc.nat({ max: 140 }), fc.string({ maxLength: 20 }), (length, tail) => {
        const text = `${'x'.repeat(length)} ${secret}${tail}`
        for (const cleaned of Object.values(cleanUseContext({ action: text, client: text, address: text }))) {
          expect(cleaned).not.toContain(secret.slice(-38, -20))
          expect(cleaned).not.toContain(secret.slice(31, 36))
        }
      }),
    )
    expect(cleanText(`Bearer ${secret}`, 128)).toBe(`Bearer ${redactedText}`)
  })

  test('is cut, is well-formed, and has nothing in it that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const {
          action,
          client = '',
          address = '',
        } = cleanUseContext({
          action: text,
          client: text,
          address: text,
        })
        expect([action.length <= 128, client.length <= 256, address.length <= 64]).toEqual([true, true, true])
        for (const part of [action, client, address]) {
          expect(part).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(isWellFormed(part)).toBe(true)
        }
      }),
    )
  })

  test('is never cut through the middle of a character', () => {
    const cleaned = cleanText(`${'x'.repeat(63)}😀`, 64)
    expect(cleaned).toBe('x'.repeat(63))
    expect(cleanText('\uD83D', 64)).toBe('\uFFFD')
  })
})

describe('the mark of a request', () => {
  const actor = { type: 'member', memberId: 'ada' as MemberId } as const
  const command = { workspaceId: 'acme', actor, idempotencyKey: 'deploy-1' }
  const mark = (operation: string, given: typeof command, content: ReadonlyArray<unknown>) => {
    const marked = requestMark(operation, given, content)
    if (!('request' in marked)) throw new Error('no mark')
    return marked.request
  }

  test('is none without an idempotency key', () => {
    expect(requestMark('create', { workspaceId: 'acme', actor }, ['CI'])).toEqual({})
  })

  test('is the same in every version, since it is compared with what older ones stored', () => {
    expect(mark('create', command, ['CI', undefined])).toMatchInlineSnapshot(`
     {
       "fingerprint": "0dfd380f-cf7a-5f6c-8582-23c4b26d8e81",
       "id": "78241ce2-290e-555c-ab88-500cbc88a125",
     }
    `)
  })

  test('has another id for another workspace, member, operation or idempotency key', () => {
    const ids = [
      mark('create', command, ['CI']),
      mark('rename', command, ['CI']),
      mark('create', { ...command, workspaceId: 'other' }, ['CI']),
      mark('create', { ...command, idempotencyKey: 'deploy-2' }, ['CI']),
      mark('create', { ...command, actor: { ...actor, memberId: 'bob' as MemberId } }, ['CI']),
    ].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('has the same id and another fingerprint for the same request with other content', () => {
    const contents = [['CI'], ['CD'], ['CI', 1], [1, 'CI'], ['CI', undefined, 1], [undefined, 'CI']]
    const marks = contents.map((content) => mark('create', command, content))
    expect(new Set(marks.map(({ id }) => id)).size).toBe(1)
    expect(new Set(marks.map(({ fingerprint }) => fingerprint)).size).toBe(contents.length)
  })

  test('gives the idempotency key away nowhere', () => {
    const given = { ...command, idempotencyKey: secret }
    expect(JSON.stringify(mark('create', given, ['CI']))).not.toContain(secret.slice(-38))
  })
})

import { Secret, redactedText, reveal } from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import { format, inspect } from 'node:util'

const plaintext = 'detrics_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEFGHIJKLMNOPQRSTUV2DlzKK'
const secret = new Secret(plaintext)
class Refused extends Error {
  readonly presented = secret
}

describe('a secret in memory', () => {
  test('is revealed by one function', () => {
    expect(reveal(secret)).toBe(plaintext)
    expect(reveal(new Secret(''))).toBe('')
  })

  test.each<readonly [string, string]>([
    ['String', String(secret)],
    ['toString', secret.toString()],
    ['a template', `${secret as unknown as string}`],
    ['a concatenation', `${''}` + (secret as unknown as string)],
    ['an array joined', [secret].join()],
    ['JSON', JSON.parse(JSON.stringify(secret)) as string],
    ['util.inspect', inspect(secret)],
    ['util.format', format('%s', secret)],
  ])('is "[redacted]" as %s', (_, printed) => {
    expect(printed).toBe(redactedText)
    expect(printed).toBe('[redacted]')
  })

  test.each<readonly [string, string]>([
    ['JSON, nested', JSON.stringify({ key: [{ secret }] })],
    ['an inspected record', inspect({ a: { b: { c: { secret } } } }, { depth: null })],
    ['an inspected Map', inspect(new Map([[secret, secret]]))],
    ['an inspected Set', inspect(new Set([secret]))],
    ['an inspected array, as console.log prints it', format([secret], secret, { secret })],
    ['the cause of an error', inspect(new Error('refused', { cause: secret }))],
    ['a record as the cause of an error', inspect(new Error('refused', { cause: { key: secret } }))],
    ['a member of an error', inspect(new Refused('refused'))],
    ['errors collected', inspect(new AggregateError([new Refused('refused')]))],
    ['format %j', format('%j', { secret })],
    ['format %o', format('%o', { secret })],
    ['format %O', format('%O', { secret })],
    [
      'everything that inspect can show',
      inspect({ secret }, { showHidden: true, depth: null, getters: true }),
    ],
  ])('is redacted in %s', (_, printed) => {
    expect(printed).toContain('[redacted]')
    expect(printed).not.toContain(plaintext)
    expect(printed).not.toContain('0123456789ABCDEF')
  })

  test('stays away also where its own printing is passed by', () => {
    const everything = inspect(secret, { customInspect: false, showHidden: true, depth: null })
    expect(everything).not.toContain('0123456789ABCDEF')
    expect(Object.prototype.toString.call(secret)).toBe('[object Object]')
  })

  test('cannot be copied: neither by spread nor by entries nor by a structured clone', () => {
    const asRecord: object = secret as object
    expect({ ...asRecord }).toStrictEqual({})
    expect(Object.entries(secret)).toStrictEqual([])
    expect(Reflect.ownKeys(secret)).toStrictEqual([])
    expect(Object.assign({}, secret)).toStrictEqual({})
    expect(Object.entries(structuredClone(secret))).toStrictEqual([])
    expect(inspect(structuredClone({ secret }), { showHidden: true })).not.toContain('0123456789ABCDEF')
    expect(reveal(Object.create(secret) as Secret)).toBe('')
  })

  test('compares with nothing but itself', () => {
    expect(Object.is(secret, new Secret(plaintext))).toBe(false)
    expect([plaintext]).not.toContain(secret)
  })
})

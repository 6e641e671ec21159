import type { Verdict } from '@detrics/keys'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, makeKey, openApi, shapeOfProblem, type Api } from './socket.js'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

const unauthorized = { active: false, reason: 'unauthorized' }
const verify = (on: Api, key: string, headers = {}) =>
  on.send('POST', '/v1/verify', { key, action: 'read' }, headers)
const answering = (verdict: Verdict) =>
  openApi((keys) => ({
    ...keys,
    verify: () => () => Promise.resolve(verdict),
  }))

describe('a string that is no active key', () => {
  test('is answered the same whether it is malformed, unknown or has a wrong secret', async () => {
    const { secret } = await makeKey(api, 'Known')
    const elsewhere = await openApi()
    const { secret: other } = await makeKey(elsewhere, 'Of another store')
    await elsewhere.close()
    const idPart = secret.slice(0, secret.lastIndexOf('_'))
    const strings = [
      '',
      'x',
      'Bearer ' + secret,
      ` ${secret}`,
      `${idPart}_${'a'.repeat(38)}`,
      other,
      '\u0000',
    ]
    for (const key of strings) {
      const { status, json } = await verify(api, key)
      expect([status, json]).toEqual([200, unauthorized])
    }
  })

  test('is refused without a look at the store when it is malformed', async () => {
    const { secret } = await makeKey(api, 'Looked up')
    await api.keys.close()
    // The store is gone: only what needs no look at it can still be decided.
    for (const key of ['', 'x', secret.slice(0, -1), secret.replace('detrics', 'other')])
      expect((await verify(api, key)).json).toEqual(unauthorized)
    const wellFormed = await verify(api, secret)
    expect([wellFormed.status, wellFormed.headers['retry-after']]).toEqual([503, '1'])
    expect(wellFormed.json).toEqual(shapeOfProblem(503, 'verification_unavailable'))
  })
})

describe('a verdict is shown as', () => {
  test.each<[Verdict, object]>([
    [{ _tag: 'Refused', reason: 'malformed' }, unauthorized],
    [{ _tag: 'Refused', reason: 'unknown' }, unauthorized],
    [
      { _tag: 'Refused', reason: 'revoked' },
      { active: false, reason: 'revoked' },
    ],
    [
      { _tag: 'Refused', reason: 'expired' },
      { active: false, reason: 'expired' },
    ],
  ])('%j', async (verdict, shown) => {
    const other = await answering(verdict)
    const { status, json } = await verify(other, 'x')
    expect([status, json]).toEqual([200, shown])
    await other.close()
  })
})

test('a use is recorded with what is known of the caller, keys in its user agent redacted', async () => {
  const other = await openApi()
  const { secret } = await makeKey(other, 'Reports')
  await verify(other, secret, { 'user-agent': `reports/1.0 ${secret} ${'z'.repeat(400)}` })
  const { json } = await other.send('GET', '/v1/workspaces/demo-a/activity')
  expect(json['entries'][0]).toMatchObject({
    kind: 'used',
    action: 'read',
    address: '127.0.0.1',
    client: `reports/1.0 [redacted] ${'z'.repeat(400)}`.slice(0, 256),
  })
  await other.close()
})

test('who made a key, and from where, is in the review', async () => {
  const fresh = await openApi()
  await fresh.send('POST', keysOfA, { name: 'Work laptop' }, { 'user-agent': 'page/2.0' })
  const { json } = await fresh.send('GET', '/v1/workspaces/demo-a/activity')
  expect(json['entries']).toEqual([
    {
      sequence: 1,
      kind: 'created',
      keyId: expect.any(String),
      occurredAt: expect.any(String),
      name: 'Work laptop',
      actor: { type: 'member', memberId: 'dev-member' },
      origin: { address: '127.0.0.1', userAgent: 'page/2.0' },
    },
  ])
  await fresh.close()
})

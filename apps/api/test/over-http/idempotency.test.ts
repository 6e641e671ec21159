import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, keysOfB, makeKey, openApi, type Api } from './api.js'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

const notice =
  'The secret was shown in the first reply only. If it did not reach you, revoke this key and make another one.'

describe('a request with an Idempotency-Key', () => {
  test('makes one key, and its repetition shows the key without the secret and says so', async () => {
    const headers = { 'idempotency-key': 'one' }
    const first = await api.send('POST', keysOfA, { name: 'Once' }, headers)
    expect([first.status, typeof first.json['secret'], first.json['secretNotice']]).toEqual([
      201,
      'string',
      undefined,
    ])
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const again = await api.send('POST', keysOfA, { name: 'Once' }, headers)
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
    expect(again.json).toEqual({ key: first.json['key'], secret: null, secretNotice: notice })
  })

  test('replaces a key once', async () => {
    const { keyId } = await makeKey(api, 'To be replaced')
    const headers = { 'idempotency-key': 'two' }
    const path = `${keysOfA}/${keyId}/replace`
    const first = await api.send('POST', path, {}, headers)
    const again = await api.send('POST', path, {}, headers)
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
    expect(again.json).toEqual({
      key: first.json['key'],
      replaced: first.json['replaced'],
      secret: null,
      secretNotice: notice,
    })
  })

  test('is refused when it asks for something else than before', async () => {
    const headers = { 'idempotency-key': 'three' }
    await api.send('POST', keysOfA, { name: 'This' }, headers)
    for (const body of [{ name: 'That' }, { name: 'This', expiresAt: '2099-01-01T00:00:00Z' }]) {
      const other = await api.send('POST', keysOfA, body, headers)
      expect([other.status, other.json['code']]).toEqual([409, 'idempotency_key_reused'])
    }
  })

  test('does not meet one of another workspace', async () => {
    const headers = { 'idempotency-key': 'four' }
    const inA = await api.send('POST', keysOfA, { name: 'Here' }, headers)
    const inB = await api.send('POST', keysOfB, { name: 'There' }, headers)
    expect([inA.status, inB.status, typeof inB.json['secret']]).toEqual([201, 201, 'string'])
  })
})

test('without an Idempotency-Key a repeated revocation is answered like the first one', async () => {
  const { keyId } = await makeKey(api, 'Revoked twice')
  const first = await api.send('POST', `${keysOfA}/${keyId}/revoke`, {})
  const again = await api.send('POST', `${keysOfA}/${keyId}/revoke`, {})
  expect([again.status, again.json]).toEqual([200, first.json])
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, makeKey, openApi, piecesOf, type Api, type Sent } from './socket.js'

let api: Api
let secret: string
let keyId: string
beforeAll(async () => {
  api = await openApi()
  const made = await makeKey(api, 'The one that leaks')
  secret = made.secret
  keyId = made.keyId
})
afterAll(() => api.close())

const bearing = (text: string): boolean => piecesOf(secret).some((piece) => text.includes(piece))
const wholeReply = ({ headers, text }: Sent): string => JSON.stringify(headers) + text

type Place = readonly [title: string, send: (text: string) => Promise<Sent>]
const places: ReadonlyArray<Place> = [
  ['the name of a new key', (s) => api.send('POST', keysOfA, { name: s })],
  ['a new name', (s) => api.send('PATCH', `${keysOfA}/${keyId}`, { name: s })],
  ['the name of a successor', (s) => api.send('POST', `${keysOfA}/${keyId}/replace`, { name: `a ${s}` })],
  ['a note', (s) => api.send('POST', `${keysOfA}/${keyId}/revoke`, { note: `see ${s}` })],
  ['a reason', (s) => api.send('POST', `${keysOfA}/${keyId}/revoke`, { reason: s })],
  ['an instant', (s) => api.send('POST', keysOfA, { name: 'x', expiresAt: s })],
  ['the name of a field', (s) => api.send('POST', keysOfA, { name: '', [s]: s })],
  ['the name of a nested field', (s) => api.send('POST', keysOfA, { name: { [s]: s } })],
  ['a field that is there twice', (s) => api.send('POST', keysOfA, `{"${s}":1,"${s}":2}`)],
  ['a broken body', (s) => api.send('POST', keysOfA, `{"name":"${s}`)],
  ['a body that is no JSON', (s) => api.send('POST', keysOfA, s)],
  ['a path', (s) => api.send('GET', `/${s}`)],
  ['a path that cannot be decoded', (s) => api.send('GET', `/v1/%zz${s}`)],
  ['a path with a wrong method', (s) => api.send('DELETE', `${keysOfA}/${s}`)],
  ['a workspace id', (s) => api.send('GET', `/v1/workspaces/${s}/keys`)],
  ['a key id', (s) => api.send('GET', `${keysOfA}/${s}`)],
  ['a key id to be revoked', (s) => api.send('POST', `${keysOfA}/${s}/revoke`, {})],
  ['a query value', (s) => api.send('GET', `${keysOfA}?limit=${s}&cursor=${s}`)],
  ['a query name', (s) => api.send('GET', `${keysOfA}?${s}=1`)],
  ['a query of the activity', (s) => api.send('GET', `/v1/workspaces/demo-a/activity?keyId=${s}&since=${s}`)],
  ['an idempotency key', (s) => api.send('POST', keysOfA, { name: '' }, { 'idempotency-key': s })],
  [
    'an idempotency key that does not fit',
    (s) => api.send('POST', keysOfA, { name: 'x' }, { 'idempotency-key': `${s} ${s}` }),
  ],
  [
    'an accepted idempotency key',
    (s) => api.send('POST', keysOfA, { name: `n${s.length}` }, { 'idempotency-key': s }),
  ],
  [
    'a user agent',
    (s) => api.send('PATCH', `${keysOfA}/${keyId}`, { name: `From ${s.length}` }, { 'user-agent': s }),
  ],
  ['a content type', (s) => api.send('POST', keysOfA, '{}', { 'content-type': s })],
  [
    'a parameter of a content type',
    (s) => api.send('POST', keysOfA, '{', { 'content-type': `application/json; a=${s}` }),
  ],
  ['an origin', (s) => api.send('GET', keysOfA, undefined, { origin: `http://${s}` })],
  ['a host', (s) => api.send('GET', keysOfA, undefined, { host: s })],
  ['credentials', (s) => api.send('GET', '/v1/me', undefined, { authorization: `Bearer ${s}`, cookie: s })],
  ['a key to be verified', (s) => api.send('POST', '/v1/verify', { key: s, action: 'read' })],
  ['a broken key to be verified', (s) => api.send('POST', '/v1/verify', { key: `x${s}`, action: 'read' })],
  ['an action', (s) => api.send('POST', '/v1/verify', { key: secret, action: s })],
]

describe('a secret that is put into', () => {
  test.each(places)('%s is not in the reply', async (_, send) => {
    expect(bearing(wholeReply(await send(secret)))).toBe(false)
    // No pattern recognises a piece of the secret part by itself; a name may be one, but no problem repeats it.
    const reply = await send(secret.slice(-14))
    expect(reply.status >= 400 && bearing(wholeReply(reply))).toBe(false)
  })
})

test('none of that is in the log, the list or the activity', async () => {
  await makeKey(api, 'Control of what is kept')
  expect(bearing(api.log())).toBe(false)
  for (const path of [`${keysOfA}?limit=200`, '/v1/workspaces/demo-a/activity?limit=200']) {
    const reply = await api.send('GET', path)
    expect(reply.status).toBe(200)
    // What a caller of ours says about itself is kept; only whole keys are recognised in it.
    expect(reply.text).not.toContain(secret)
    expect(reply.text).toContain('Control of what is kept')
  }
})

test('a defect that has a secret in its message does not log it', async () => {
  const broken = await openApi((keys) => ({
    ...keys,
    list: () => () => {
      const cut = secret.slice(secret.lastIndexOf('_') + 4)
      return Promise.reject(new TypeError(`cannot read ${secret}\n    at ${secret}\nor ${cut} of undefined`))
    },
  }))
  const reply = await broken.send('GET', `${keysOfA}?cursor=${secret}`, undefined, { 'user-agent': secret })
  expect(reply.status).toBe(500)
  expect(broken.log()).toContain('TypeError')
  expect(bearing(broken.log() + wholeReply(reply))).toBe(false)
  await broken.close()
})

test('a line that somebody else writes about an Error or a path does not log what is in them', () => {
  const before = api.log().length
  api.app.log.error(new Error(`cannot read ${secret.slice(-30)}`))
  api.app.log.warn({ err: new Error(secret.slice(-30)), req: { url: secret } })
  api.app.log.error(`in ${secret}`)
  api.app.log.error({ event: 'x' }, `in ${secret}`)
  const lines = api.log().slice(before).trim().split('\n')
  expect(lines).toHaveLength(4)
  expect(bearing(lines.join())).toBe(false)
})

test('the search finds what it looks for, in a reply and in the log', async () => {
  const made = await api.send('POST', keysOfA, { name: 'Control' })
  expect(piecesOf(made.json['secret']).some((piece) => wholeReply(made).includes(piece))).toBe(true)
  api.app.log.error({ planted: secret })
  expect(bearing(api.log())).toBe(true)
})

test('no reply may be stored by anybody, whatever it says', async () => {
  for (const [, send] of places)
    expect((await send('x')).headers).toMatchObject({ 'cache-control': 'no-store' })
  for (const path of ['/health', '/v1/me', keysOfA]) {
    const reply = await api.send('GET', path)
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(reply.status).toBe(200)
  }
})

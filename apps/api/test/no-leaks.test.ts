import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  activityPath,
  jsonOf,
  keysPath,
  make,
  openApi,
  piecesOf,
  type Answer,
  type Api,
  type Method,
  type ShownCreation,
} from './harness.js'

let api: Api
let secret: string
let keyId: string
beforeAll(async () => {
  api = await openApi()
  const made = await make(api, 'The one that leaks')
  secret = made.secret
  keyId = made.key.keyId
})
afterAll(() => api.close())

const bearing = (text: string): boolean => piecesOf(secret).some((piece) => text.includes(piece))
const wholeReply = ({ headers, text }: Answer): string => JSON.stringify(headers) + text

/** A body that is no string is sent as JSON. */
const send = (method: Method, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  typeof body === 'string'
    ? api.ask(method, path, { payload: body, headers: { 'content-type': 'application/json', ...headers } })
    : api.ask(method, path, { ...(body === undefined ? {} : { json: body }), headers })

type Place = readonly [title: string, send: (text: string) => Promise<Answer>]
const places: ReadonlyArray<Place> = [
  ['the name of a new key', (s) => send('POST', keysPath, { name: s })],
  ['a new name', (s) => send('PATCH', `${keysPath}/${keyId}`, { name: s })],
  ['the name of a successor', (s) => send('POST', `${keysPath}/${keyId}/replace`, { name: `a ${s}` })],
  ['a note', (s) => send('POST', `${keysPath}/${keyId}/revoke`, { note: `see ${s}` })],
  ['a reason', (s) => send('POST', `${keysPath}/${keyId}/revoke`, { reason: s })],
  ['an instant', (s) => send('POST', keysPath, { name: 'x', expiresAt: s })],
  ['the name of a field', (s) => send('POST', keysPath, { name: '', [s]: s })],
  ['the name of a nested field', (s) => send('POST', keysPath, { name: { [s]: s } })],
  ['a field that is there twice', (s) => send('POST', keysPath, `{"${s}":1,"${s}":2}`)],
  ['a broken body', (s) => send('POST', keysPath, `{"name":"${s}`)],
  ['a body that is no JSON', (s) => send('POST', keysPath, s)],
  ['a path', (s) => send('GET', `/${s}`)],
  ['a path that cannot be decoded', (s) => send('GET', `/v1/%zz${s}`)],
  ['a path with a wrong method', (s) => send('DELETE', `${keysPath}/${s}`)],
  ['a workspace id', (s) => send('GET', `/v1/workspaces/${s}/keys`)],
  ['a key id', (s) => send('GET', `${keysPath}/${s}`)],
  ['a key id to be revoked', (s) => send('POST', `${keysPath}/${s}/revoke`, {})],
  ['a query value', (s) => send('GET', `${keysPath}?limit=${s}&cursor=${s}`)],
  ['a query name', (s) => send('GET', `${keysPath}?${s}=1`)],
  ['a key id among many to be revoked', (s) => send('POST', `${keysPath}/revoke`, { keyIds: [s] })],
  ['a note for many keys', (s) => send('POST', `${keysPath}/revoke`, { keyIds: [keyId], note: s })],
  ['an entity tag', (s) => send('PATCH', `${keysPath}/${keyId}`, { name: 'x' }, { 'if-match': `"${s}"` })],
  ['a text to search for', (s) => send('GET', `${keysPath}?search=${s}`)],
  [
    'a client and an address',
    (s) => send('POST', '/v1/verify', { key: 'x', action: 'x', client: s, address: s }),
  ],
  ['a query of the activity', (s) => send('GET', `/v1/workspaces/demo-a/activity?keyId=${s}&since=${s}`)],
  ['an idempotency key', (s) => send('POST', keysPath, { name: '' }, { 'idempotency-key': s })],
  [
    'an idempotency key that does not fit',
    (s) => send('POST', keysPath, { name: 'x' }, { 'idempotency-key': `${s} ${s}` }),
  ],
  [
    'an accepted idempotency key',
    (s) => send('POST', keysPath, { name: `n${s.length}` }, { 'idempotency-key': s }),
  ],
  [
    'a user agent',
    (s) => send('PATCH', `${keysPath}/${keyId}`, { name: `From ${s.length}` }, { 'user-agent': s }),
  ],
  ['a content type', (s) => send('POST', keysPath, '{}', { 'content-type': s })],
  [
    'a parameter of a content type',
    (s) => send('POST', keysPath, '{', { 'content-type': `application/json; a=${s}` }),
  ],
  ['an origin', (s) => send('GET', keysPath, undefined, { origin: `http://${s}` })],
  ['a host', (s) => send('GET', keysPath, undefined, { host: s })],
  ['credentials', (s) => send('GET', '/v1/me', undefined, { authorization: `Bearer ${s}`, cookie: s })],
  ['a key to be verified', (s) => send('POST', '/v1/verify', { key: s, action: 'read' })],
  ['a broken key to be verified', (s) => send('POST', '/v1/verify', { key: `x${s}`, action: 'read' })],
  ['an action', (s) => send('POST', '/v1/verify', { key: secret, action: s })],
]

describe('a secret that is put into', () => {
  test.each(places)('%s is not in the reply', async (_, put) => {
    expect(bearing(wholeReply(await put(secret)))).toBe(false)
    // No pattern recognises a piece of the secret part by itself; a name may be one, but no problem repeats it.
    const reply = await put(secret.slice(-14))
    expect(reply.status >= 400 && bearing(wholeReply(reply))).toBe(false)
  })
})

test('none of that is in the log, the list or the activity', async () => {
  await make(api, 'Control of what is kept')
  expect(bearing(api.log())).toBe(false)
  for (const path of [`${keysPath}?limit=200`, `${activityPath}?limit=200`]) {
    const reply = await send('GET', path)
    expect(reply.status).toBe(200)
    // What a caller of ours says about itself is kept; only whole keys are recognised in it.
    expect(reply.text).not.toContain(secret)
    expect(reply.text).toContain('Control of what is kept')
  }
})

test('a defect that has a secret in its message does not log it', async () => {
  const broken = await openApi({
    alter: (keys) => ({
      ...keys,
      list: () => () => {
        const cut = secret.slice(secret.lastIndexOf('_') + 4)
        return Promise.reject(
          new TypeError(`cannot read ${secret}\n    at ${secret}\nor ${cut} of undefined`),
        )
      },
    }),
  })
  const reply = await broken.ask('GET', `${keysPath}?cursor=${secret}`, { headers: { 'user-agent': secret } })
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
  const made = await send('POST', keysPath, { name: 'Control' })
  expect(
    piecesOf(jsonOf<ShownCreation>(made).secret ?? '').some((piece) => wholeReply(made).includes(piece)),
  ).toBe(true)
  api.app.log.error({ planted: secret })
  expect(bearing(api.log())).toBe(true)
})

test('no reply may be stored by anybody, whatever it says', async () => {
  for (const [, put] of places)
    expect((await put('x')).headers).toMatchObject({ 'cache-control': 'no-store' })
  for (const path of ['/health', '/v1/me', keysPath]) {
    const reply = await send('GET', path)
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(reply.status).toBe(200)
  }
})

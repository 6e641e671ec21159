import { unavailable, outcomeUnknown, tooLarge, wrongExpectedRevision } from '@detrics/keys-domain'
import { problemTable, type ProblemCode } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Socket } from 'node:net'
import { standardLimits } from '../src/limits/index.js'
import {
  askRaw,
  breakableStores,
  expectProblem,
  forged,
  hastyClock,
  holdsTrace,
  identityOf,
  keysPath,
  make,
  marker,
  memberOf,
  openApi,
  unknownKeyId,
  type Answer,
  type Api,
  type ApiSettings,
} from './harness.js'

type Produce = (api: Api) => Promise<Answer>

const create =
  (json: object, headers: Readonly<Record<string, string>> = {}): Produce =>
  ({ ask }) =>
    ask('POST', keysPath, { json, headers })

const laptop = { name: 'Laptop' }
const fields =
  (headers: string): Produce =>
  ({ port }) =>
    askRaw(port, `GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n\r\n`)

/** An API over a store that answers so from now on, with a clock on which all deadlines are over soon. */
const onBroken = async (
  broken: Parameters<typeof breakableStores>[0],
  produce: Produce = create(laptop),
): Promise<Answer> => {
  const { store, fail } = breakableStores(broken)
  const api = await openApi({ store, clock: hastyClock() })
  try {
    fail()
    return await produce(api)
  } finally {
    await api.close()
  }
}

const on = async (settings: ApiSettings, produce: Produce): Promise<Answer> => {
  const api = await openApi(settings)
  try {
    return await produce(api)
  } finally {
    await api.close()
  }
}

const fullRoom = { inFlightMax: 0, turnMsMax: 0 }

/** Whoever asks is told so by the identity. */
const whoAsks =
  (
    principal: Parameters<typeof identityOf>[0],
    produce: Produce = ({ ask }) => ask('GET', '/v1/me'),
  ): Produce =>
  () =>
    on({ identity: identityOf(principal) }, produce)

/** How each problem comes about. A new code does not compile without a way to it. */
const ways: Readonly<Record<ProblemCode, Produce>> = {
  invalid_request: create({}),
  invalid_json: ({ ask }) =>
    ask('POST', keysPath, { payload: '{', headers: { 'content-type': 'application/json' } }),
  body_too_deep: ({ ask }) =>
    ask('POST', keysPath, {
      payload: '['.repeat(50) + ']'.repeat(50),
      headers: { 'content-type': 'application/json' },
    }),
  malformed_http: fields('No colon'),
  expiry_not_in_future: create({ ...laptop, expiresAt: '2001-01-01T00:00:00Z' }),
  unauthenticated: whoAsks('unauthenticated'),
  token_invalid: ({ ask }) => ask('GET', '/v1/me', { headers: { authorization: `Bearer ${marker}` } }),
  token_expired: whoAsks('token_expired'),
  session_expired: whoAsks('session_expired'),
  key_is_no_member: ({ ask }) => ask('GET', '/v1/me', { headers: { authorization: `Bearer ${forged()}` } }),
  manager_required: whoAsks(memberOf({ 'demo-a': 'viewer' }), create(laptop)),
  member_required: whoAsks({ type: 'service', serviceId: marker }),
  service_required: whoAsks(memberOf({ 'demo-a': 'manager' }), ({ ask }) =>
    ask('POST', '/v1/verify', { json: { key: forged(), action: 'whoami' } }),
  ),
  identity_unavailable: whoAsks('identity_unavailable'),
  origin_refused: ({ ask }) => ask('GET', '/v1/me', { headers: { origin: 'http://evil.example' } }),
  not_found: ({ ask }) => ask('GET', '/v2'),
  workspace_not_found: ({ ask }) => ask('GET', '/v1/workspaces/demo-x/keys'),
  key_not_found: ({ ask }) => ask('GET', `${keysPath}/${unknownKeyId}`),
  method_not_allowed: ({ ask }) => ask('DELETE', keysPath),
  // The server waits for seconds before it says so; here its clock is run ahead by hand.
  request_timeout: ({ app, port }) => {
    app.server.once('connection', (socket: Socket) => {
      const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      app.server.emit('clientError', late, socket)
    })
    return askRaw(port, 'GET /v1/me HT')
  },
  key_changed: async (api) => {
    const { key } = await make(api, 'Laptop')
    const path = `${keysPath}/${key.keyId}`
    await api.ask('PATCH', path, { json: { name: 'Desk' } })
    return api.ask('PATCH', path, { json: { name: 'Shelf' }, headers: { 'if-match': `"${key.revision}"` } })
  },
  key_ended: async (api) => {
    const { key } = await make(api, 'Ended')
    await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
    return api.ask('POST', `${keysPath}/${key.keyId}/replace`)
  },
  name_taken: async (api) => {
    await make(api, 'Taken')
    return create({ name: 'TAKEN' })(api)
  },
  key_limit_reached: () =>
    on({ activeKeysMax: 1 }, async (api) => {
      await make(api, 'First')
      return create({ name: 'Second' })(api)
    }),
  idempotency_key_reused: async (api) => {
    const headers = { 'idempotency-key': 'one' }
    await create({ name: 'This' }, headers)(api)
    return create({ name: 'That' }, headers)(api)
  },
  body_too_large: create({ name: 'x'.repeat(65 * 1024) }),
  unsupported_media_type: ({ ask }) => ask('POST', keysPath, { payload: '{}' }),
  wrong_host: ({ ask }) => ask('GET', '/v1/me', { headers: { host: 'evil.example' } }),
  headers_too_large: fields(`X: ${'x'.repeat(17 * 1024)}`),
  internal_error: () => onBroken({ append: () => () => Promise.resolve(E.left(tooLarge(0, 2, 1))) }),
  rate_limited: () =>
    on(
      { limits: { ...standardLimits, mintings: { ...standardLimits.mintings, countMax: 1 } } },
      async (api) => {
        await make(api, 'First')
        return create({ name: 'Second' })(api)
      },
    ),
  overloaded: () =>
    on({ limits: { ...standardLimits, rooms: { ...standardLimits.rooms, rest: fullRoom } } }, create(laptop)),
  not_ready: () =>
    on({ alter: (keys) => ({ ...keys, ready: () => Promise.resolve(false) }) }, ({ ask }) =>
      ask('GET', '/ready'),
    ),
  verification_unavailable: () =>
    onBroken({ readAll: () => () => Promise.resolve(E.left(unavailable(marker))) }, ({ ask }) =>
      ask('POST', '/v1/verify', { json: { key: forged(), action: 'whoami' } }),
    ),
  store_unavailable: () => onBroken({ append: () => () => Promise.resolve(E.left(unavailable(marker))) }),
  outcome_not_known: () => onBroken({ append: () => () => Promise.resolve(E.left(outcomeUnknown(marker))) }),
  too_much_contention: () =>
    onBroken({
      append: (stream) => () => Promise.resolve(E.left(wrongExpectedRevision(stream, O.none))),
    }),
}

/** The fields that a problem points to, where it points to any. */
const pointed: Partial<Readonly<Record<ProblemCode, ReadonlyArray<string>>>> = { invalid_request: ['/name'] }

describe('each problem comes about on the real front door, in its one form and with nothing inside:', () => {
  test.each(Object.keys(ways) as ReadonlyArray<ProblemCode>)('%s', async (code) => {
    const api = await openApi()
    const answer = await ways[code](api).finally(api.close)
    expectProblem(answer, code, pointed[code])
    expect(answer.status).toBe(problemTable[code][0])
    const isTemporary = answer.status === 503 || answer.status === 429
    expect(answer.headers['retry-after'] ?? 'none').toMatch(isTemporary ? /^\d{1,2}$/ : /^none$/)
    expect('www-authenticate' in answer.headers).toBe(answer.status === 401)
    expect(holdsTrace(answer, marker)).toBe(false)
  })
})

test('every command and every question says so when the store is away', async () => {
  const away = () => () => Promise.resolve(E.left(unavailable(marker)))
  const { store, fail } = breakableStores({ append: away, readStream: away, readAll: away })
  const api = await openApi({ store, clock: hastyClock() })
  const { key } = await make(api, 'Laptop')
  fail()
  const path = `${keysPath}/${key.keyId}`
  const answers = [
    await api.ask('POST', keysPath, { json: { name: 'Server' } }),
    await api.ask('PATCH', path, { json: { name: 'Desk' } }),
    await api.ask('POST', `${path}/revoke`),
    await api.ask('POST', `${path}/replace`),
    await api.ask('POST', `${keysPath}/revoke`, { json: { keyIds: [key.keyId] } }),
    await api.ask('GET', keysPath),
    await api.ask('GET', path),
    await api.ask('GET', '/v1/workspaces/demo-a/activity'),
  ]
  await api.close()
  for (const answer of answers) {
    expectProblem(answer, 'store_unavailable')
    expect(answer.headers['retry-after']).toBe('1')
    expect(holdsTrace(answer, marker)).toBe(false)
  }
})

test('slow senders get ten seconds for their headers and thirty for everything', async () => {
  const api = await openApi()
  expect([api.app.server.headersTimeout, api.app.server.requestTimeout]).toEqual([10_000, 30_000])
  await api.close()
})

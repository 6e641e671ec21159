import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ProblemCode } from '@detrics/keys-client/contract'
import {
  activityPath,
  askRaw,
  expectProblem,
  forged,
  holdsTrace,
  jsonOf,
  keysPath,
  make,
  marker,
  openApi,
  unknownKeyId,
  type Answer,
  type Api,
  type Method,
} from './harness.js'

// Every request has the marker in its user agent, and most bad values have it too.
let api: Api
let path: string
beforeAll(async () => {
  api = await openApi()
  path = `${keysPath}/${(await make(api, 'There already')).key.keyId}`
})
afterAll(() => api.close())

const expectRefusal = (answer: Answer, code: ProblemCode, pointers?: ReadonlyArray<string>): void => {
  expectProblem(answer, code, pointers)
  expect(holdsTrace(answer, marker)).toBe(false)
}

test('control: the search finds the marker in a reply that repeats it', async () => {
  const answer = await api.ask('POST', keysPath, { json: { name: marker.toUpperCase() } })
  expect(holdsTrace(answer, marker)).toBe(true)
})

interface Body {
  readonly method: Method
  readonly path: () => string
  readonly good: Readonly<Record<string, unknown>>
}

const at = '2999-01-01T00:00:00Z'
const bodies: Readonly<Record<string, Body>> = {
  create: { method: 'POST', path: () => keysPath, good: { name: 'Good', expiresAt: at } },
  rename: { method: 'PATCH', path: () => path, good: { name: 'Good' } },
  revoke: {
    method: 'POST',
    path: () => `${path}/revoke`,
    good: { reason: 'requested', note: 'Good', effective: at },
  },
  replace: {
    method: 'POST',
    path: () => `${path}/replace`,
    good: { name: 'Good', expiresAt: at, retireAt: at },
  },
  revokeMany: {
    method: 'POST',
    path: () => `${keysPath}/revoke`,
    good: { keyIds: [unknownKeyId], reason: 'requested', note: 'Good' },
  },
  verify: {
    method: 'POST',
    path: () => '/v1/verify',
    good: { key: 'good', action: 'good', client: 'good', address: 'good' },
  },
}

const send = (operation: string, json: unknown, headers = {}): Promise<Answer> => {
  const body = bodies[operation]!
  return api.ask(body.method, body.path(), { json, headers })
}

/** Each field of each body with each bad value: one pointer, to that field. */
const eachField = (
  fields: RegExp,
  values: ReadonlyArray<unknown>,
): ReadonlyArray<readonly [operation: string, field: string, value: unknown]> =>
  Object.entries(bodies).flatMap(([operation, { good }]) =>
    Object.keys(good)
      .filter((field) => fields.test(field))
      .flatMap((field) => values.map((value) => [operation, field, value] as const)),
  )

const expectFieldRefused = async (operation: string, field: string, value: unknown): Promise<void> => {
  const answer = await send(operation, { ...bodies[operation]!.good, [field]: value })
  expectRefusal(answer, 'invalid_request', [`/${field}`])
}

describe('a field is refused when it is of another type:', () => {
  test.each([
    ...eachField(/./, [7, true, null, { [marker]: marker }]),
    ...eachField(/^(?!keyIds)/, [[marker]]),
    ['revokeMany', 'keyIds', marker] as const,
  ])('%s, %s: %j', async (operation, field, value) => {
    await expectFieldRefused(operation, field, value)
  })
})

const cutKey = forged().slice(0, 40)
const texts = [
  ['empty', ''],
  ['blank', ' \t '],
  ['with a bell', `${marker}\u0007x`],
  ['with an escape sequence', `${marker}\u001b[31mx`],
  ['with a line separator', `${marker}\u2028x`],
  ['that turns the direction', `${marker}\u202ex`],
  ['with an isolate', `${marker}\u2066x`],
  ['with a zero-width space', `${marker}\u200bx`],
  ['with a byte order mark', `${marker}\ufeffx`],
  ['with half a character', `${marker}\ud800x`],
  ['with the other half', `${marker}\udc00x`],
  ['with a key', `${marker} ${forged()}`],
  ['with a key that was cut', `${marker} ${cutKey}`],
] as const

describe('a name or a note is refused that is', () => {
  test.each([...texts, ['of 501 characters', marker.padEnd(501, 'x')] as const])('%s', async (_, value) => {
    for (const [operation, field] of eachField(/^(name|note)$/, ['']))
      await expectFieldRefused(operation, field, value)
  })

  test('a name of 65 characters or with a line break; of 64, and in any script, it is taken', async () => {
    for (const operation of ['create', 'rename', 'replace'])
      for (const name of [marker.padEnd(65, 'x'), `${marker}\nx`])
        await expectFieldRefused(operation, 'name', name)
    for (const name of ['x'.repeat(64), '𝔘'.repeat(64), 'नेपाली', 'Ελληνικά', '👩‍💻 laptop'])
      expect((await send('create', { name })).status).toBe(201)
  })
})

describe('an unknown field is refused,', () => {
  test.each(Object.keys(bodies))('and named where its name can be no secret: %s', async (operation) => {
    const { good } = bodies[operation]!
    expectRefusal(await send(operation, { ...good, expiresIn: marker }), 'invalid_request', ['/expiresIn'])
    for (const name of [marker, `a/${marker}`, forged(), cutKey, '', 'x'.repeat(33)])
      expectRefusal(await send(operation, { ...good, [name]: marker }), 'invalid_request', [''])
  })

  test.each(Object.keys(bodies))('and so is a query that is not read: %s', async (operation) => {
    const { method, path: of, good } = bodies[operation]!
    const answer = await api.ask(method, `${of()}?${marker}=${marker}&dryRun=true`, { json: good })
    expectRefusal(answer, 'invalid_request', ['', '/dryRun'])
  })
})

describe('an idempotency key is refused that is', () => {
  test.each([
    ['empty', ''],
    ['of 256 characters', marker.padEnd(256, 'x')],
    ['in two words', `${marker} x`],
    ['with a tab', `${marker}\tx`],
    ['outside ASCII', `${marker}\u00e9`],
  ])('%s, whatever it is for', async (_, key) => {
    for (const operation of ['create', 'revoke', 'replace', 'revokeMany']) {
      const answer = await send(operation, bodies[operation]!.good, { 'idempotency-key': key })
      expectRefusal(answer, 'invalid_request', ['/Idempotency-Key'])
    }
  })

  test('given twice; one of 255 characters is taken', async () => {
    const body = '{"name":"Twice"}'
    const head = ['POST', keysPath, 'HTTP/1.1\r\nHost:'].join(' ')
    const fields = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`
    const keys = `Idempotency-Key: ${marker}\r\nIdempotency-Key: ${marker}`
    const raw = `${head} 127.0.0.1:${api.port}\r\n${fields}\r\n${keys}\r\n\r\n${body}`
    expectRefusal(await askRaw(api.port, raw), 'invalid_request', ['/Idempotency-Key'])
    const taken = await send('create', { name: 'Long' }, { 'idempotency-key': 'x'.repeat(255) })
    expect(taken.status).toBe(201)
  })
})

describe('a query is refused:', () => {
  const numbers = [
    '0',
    '201',
    '1.5',
    '-1',
    '%2B1',
    '01',
    '1e1',
    '0x10',
    '%20',
    '',
    '٣',
    marker,
    '9'.repeat(16),
  ]
  test.each(numbers)('limit=%s', async (limit) => {
    for (const list of [keysPath, activityPath]) {
      const answer = await api.ask('GET', `${list}?limit=${encodeURI(decodeURI(limit)).replace('+', '%2B')}`)
      expectRefusal(answer, 'invalid_request', ['/limit'])
    }
  })

  test.each([
    [`${keysPath}?limit=1&limit=2`, '/limit'],
    [`${keysPath}?cursor=${marker}&cursor=x`, '/cursor'],
    [`${activityPath}?since=${at}&since=${at}`, '/since'],
    [`${activityPath}?keyId=${marker}&keyId=x`, '/keyId'],
    [`${activityPath}?cursor=-1`, '/cursor'],
    [`${activityPath}?cursor=1.5`, '/cursor'],
    [`${activityPath}?since=${marker}`, '/since'],
    [`${activityPath}?since=2026-01-01T00:00:00+01:00`, '/since'],
    [`${activityPath}?until=${marker}`, '/until'],
    [`${activityPath}?kind=${marker}`, '/kind'],
    [`${activityPath}?kind=used&kind=created`, '/kind'],
    [`${activityPath}?outcome=${marker}`, '/outcome'],
    [`${keysPath}?status=${marker}`, '/status'],
    [`${keysPath}?search=${marker}&search=x`, '/search'],
    [`${keysPath}?cursor=${marker}`, '/cursor'],
    [`${keysPath}?__proto__=${marker}`, ''],
    [`${keysPath}?constructor=${marker}`, '/constructor'],
    [`${keysPath}?%ZZ${marker}=1`, ''],
    [`${keysPath}?limit=%ZZ`, '/limit'],
  ])('%s', async (target, pointer) => {
    expectRefusal(await api.ask('GET', target), 'invalid_request', [pointer])
  })
})

describe('a path leads nowhere', () => {
  test.each([`/%`, `/v1/workspaces/%ZZ${marker}/keys`, `/v1/workspaces/%E0%A4%A/keys`, `/v1/me/%c0%ae`])(
    'when it cannot be decoded: %s',
    async (target) => {
      expectRefusal(await api.ask('GET', target), 'not_found')
      expectRefusal(await api.ask('POST', target, { payload: marker }), 'not_found')
    },
  )

  test.each([
    'x'.repeat(65),
    `${marker}%20`,
    'd%C3%A9mo',
    "demo-a'",
    'demo-a%00',
    'demo-a%2Fkeys',
    '%2e%2e',
    ' ',
  ])('when no workspace is called so: %j', async (workspaceId) => {
    const answer = await api.ask('GET', `/v1/workspaces/${encodeURI(decodeURI(workspaceId))}/keys`)
    expectRefusal(answer, 'workspace_not_found')
  })
})

describe('a body', () => {
  const post = (payload: string | Buffer, type = 'application/json') =>
    api.ask('POST', keysPath, { payload, headers: { 'content-type': type } })
  const padded = (bytes: number): string => JSON.stringify({ name: `Padded ${marker}` }).padEnd(bytes)

  test('of 64 KiB is taken, and of one byte more refused', async () => {
    expect((await post(padded(64 * 1024))).status).toBe(201)
    expectRefusal(await post(padded(64 * 1024 + 1)), 'body_too_large')
  })

  test('that is too large is refused when it comes in chunks, without a length', async () => {
    const head = `POST ${keysPath} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nContent-Type: application/json`
    const chunk = `1000\r\n${marker.padEnd(4096)}\r\n`
    const raw = `${head}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`
    expectRefusal(await askRaw(api.port, raw), 'body_too_large')
  })

  test.each([
    [`{"__proto\\u005f_":{"${marker}":1}}`, 'invalid_json'],
    [`{"name":"x","constructor":{"prototype":{"${marker}":1}}}`, 'invalid_json'],
    [`{"name":"a","name":"${marker}"}`, 'invalid_json'],
    [`{"name":"a","\\u006eame":"${marker}"}`, 'invalid_json'],
    [`{"name":${'['.repeat(10_000)}"${marker}"${']'.repeat(10_000)}}`, 'body_too_deep'],
    ['{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 'body_too_deep'],
    ['['.repeat(10_000), 'invalid_json'],
    [Buffer.from(`{"name":"${marker}\u00e9"}`, 'latin1'), 'invalid_json'],
    [`{"name":"${marker}\n"}`, 'invalid_json'],
    [`{"name":"${marker}",}`, 'invalid_json'],
    [`{"name":"a"}{"name":"${marker}"}`, 'invalid_json'],
    ['NaN', 'invalid_json'],
  ] as const)('is refused: %.60s', async (payload, code) => {
    expectRefusal(await post(payload), code)
  })

  test.each([
    'application/x-www-form-urlencoded',
    `multipart/form-data; boundary=${marker}`,
    'text/plain',
    'text/plain; a=application/json',
    'application/vnd.api+json',
    `application/jsonx; a=${marker}`,
  ])('is refused as %s, also from a page of our own', async (type) => {
    const origin = `http://127.0.0.1:${api.port}`
    const answer = await api.ask('POST', keysPath, {
      payload: '{"name":"From a form"}',
      headers: { 'content-type': type, origin },
    })
    expectRefusal(answer, 'unsupported_media_type')
    expect((await api.ask('GET', `${keysPath}?limit=200`)).text).not.toContain('From a form')
  })
})

test('an expectation that nobody meets is no reason to answer otherwise than with JSON', async () => {
  const raw = `GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nExpect: ${marker}\r\nConnection: close\r\n\r\n`
  const answer = await askRaw(api.port, raw)
  expect(holdsTrace(answer, marker)).toBe(false)
  expect([answer.status, jsonOf(answer)]).toEqual([200, expect.objectContaining({ memberId: 'dev-member' })])
})

test('what was refused changed nothing and is not in the log', async () => {
  const { key } = jsonOf<{ readonly key: object }>(await api.ask('GET', path))
  expect(key).toMatchObject({ name: 'There already', status: 'active', revision: '0' })
  expect(api.log()).toBe('')
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, makeKey, openApi, shapeOfProblem, type Api } from './api.js'

let api: Api
let keyId: string
beforeAll(async () => {
  api = await openApi()
  keyId = (await makeKey(api, 'There already')).keyId
})
afterAll(() => api.close())

/** Stands in every bad input, so that a trace of it is found in a reply. */
const mark = 'Xq7marker'
const bytesMax = 64 * 1024
const deep = (levels: number): string => `{"name":${'['.repeat(levels)}"${mark}"${']'.repeat(levels)}}`
const sized = (bytes: number): string => JSON.stringify({ name: mark.padEnd(bytes - 11, 'x') })
const activity = '/v1/workspaces/demo-a/activity'

const names: ReadonlyArray<readonly [title: string, name: unknown]> = [
  ['too long', mark.repeat(10)],
  ['empty', ''],
  ['only spaces', ' \u00a0\u2003 '],
  ['with a control character', `${mark}\u0007`],
  ['with a line break', `${mark}\n${mark}`],
  ['with a bidi character', `${mark}\u202e`],
  ['with half a character', `${mark}\ud800`],
  ['with a zero-width space', `${mark}\u200b`],
  ['containing a key', `${mark} detrics_${'A'.repeat(22)}_${'b'.repeat(38)}`],
  ['a number', 7],
  ['null', null],
  ['a list', [mark]],
  ['an object', { [mark]: mark }],
]

const refuse = async (
  expected: readonly [status: number, code: string, pointers?: ReadonlyArray<string>],
  ...request: Parameters<Api['send']>
): Promise<void> => {
  const [status, code, pointers] = expected
  const reply = await api.send(...request)
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(reply.headers['cache-control']).toBe('no-store')
  const { errors, ...rest } = reply.json
  expect(rest).toEqual(shapeOfProblem(status, code))
  expect(reply.status).toBe(status)
  expect(errors?.map((error: { pointer: string }) => error.pointer)).toEqual(pointers)
  expect(reply.text).not.toContain(mark)
}

describe('a name that is', () => {
  test.each(names)('%s is refused when a key is made, renamed and replaced', async (_, name) => {
    const expected = [400, 'invalid_request', ['/name']] as const
    await refuse(expected, 'POST', keysOfA, { name })
    await refuse(expected, 'PATCH', `${keysOfA}/${keyId}`, { name })
    await refuse(expected, 'POST', `${keysOfA}/${keyId}/replace`, { name })
  })
})

describe('a note that is', () => {
  test.each([
    ...names.filter(([title]) => !/too long|line/.test(title)),
    ['too long', mark.repeat(60)] as const,
  ])('%s is refused, and the key stays as it is', async (_, note) => {
    await refuse([400, 'invalid_request', ['/note']], 'POST', `${keysOfA}/${keyId}/revoke`, { note })
    expect((await api.send('GET', `${keysOfA}/${keyId}`)).json['key'].status).toBe('active')
  })
})

describe('an instant that is', () => {
  test.each([
    ['without an offset', '2099-01-01T00:00:00'],
    ['a day', '2099-01-01'],
    ['not in the calendar', '2099-02-30T00:00:00Z'],
    ['the 29th of February of a common year', '2099-02-29T00:00:00Z'],
    ['in a 13th month', '2099-13-01T00:00:00Z'],
    ['at 24 o’clock', '2099-01-01T24:00:00Z'],
    ['in a leap second', '2099-01-01T23:59:60Z'],
    ['at an impossible offset', '2099-01-01T00:00:00+24:00'],
    ['with a space', '2099-01-01 00:00:00Z'],
    ['followed by more', `2099-01-01T00:00:00Z${mark}`],
    ['before 1970', '1969-12-31T23:59:59Z'],
    ['a number', 4_070_908_800_000],
    ['empty', ''],
    ['null', null],
  ])('%s is refused wherever there is one', async (_, at) => {
    await refuse([400, 'invalid_request', ['/expiresAt']], 'POST', keysOfA, { name: 'x', expiresAt: at })
    await refuse([400, 'invalid_request', ['/effective']], 'POST', `${keysOfA}/${keyId}/revoke`, {
      effective: at,
    })
    await refuse([400, 'invalid_request', ['/retireAt']], 'POST', `${keysOfA}/${keyId}/replace`, {
      retireAt: at,
    })
    const since = encodeURIComponent(String(at))
    await refuse([400, 'invalid_request', ['/since']], 'GET', `${activity}?since=${since}`)
  })

  test('in the past is no expiry', async () => {
    await refuse([400, 'expiry_not_in_future'], 'POST', keysOfA, {
      name: 'x',
      expiresAt: '2020-01-01T00:00:00Z',
    })
  })
})

describe('a body', () => {
  test.each([
    ['that is broken', `{"name":"${mark}`, 400, 'invalid_json'],
    ['that is no JSON', mark, 400, 'invalid_json'],
    ['that is empty', '', 400, 'invalid_json'],
    ['in UTF-16', Buffer.from(`{"name":"${mark}"}`, 'utf16le'), 400, 'invalid_json'],
    [
      'with bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      400,
      'invalid_json',
    ],
    ['with a member twice', `{"name":"a","name":"${mark}"}`, 400, 'invalid_json'],
    ['with a member twice, once escaped', `{"name":"a","\\u006eame" :"${mark}"}`, 400, 'invalid_json'],
    ['with a __proto__', `{"name":"a","__proto__":{"${mark}":1}}`, 400, 'invalid_json'],
    ['with a constructor', `{"name":"a","constructor":{"prototype":{"${mark}":1}}}`, 400, 'invalid_json'],
    ['that is nested 33 deep', deep(32), 400, 'body_too_deep'],
    ['that is nested 30,000 deep', deep(30_000), 400, 'body_too_deep'],
    ['of 64 KiB and a byte', sized(bytesMax + 1), 413, 'body_too_large'],
  ])('%s is refused', async (_, body, status, code) => {
    await refuse([status, code], 'POST', keysOfA, body, { 'content-type': 'application/json' })
    await refuse([status, code], 'POST', '/v1/verify', body, { 'content-type': 'application/json' })
  })

  test.each([
    ['a list', '[]', ['']],
    ['null', 'null', ['']],
    ['a text', `"${mark}"`, ['']],
    ['a number', '7', ['']],
    ['an object without what is required', '{}', ['/name']],
    ['nested 32 deep', deep(31), ['/name']],
    ['64 KiB long', sized(bytesMax), ['/name']],
    ['the same text in two places of different objects', '{"name":{"a":1,"b":{"a":"a"}}}', ['/name']],
  ])('that is %s is read, and does not fit', async (_, body, pointers) => {
    await refuse([400, 'invalid_request', pointers], 'POST', keysOfA, body)
  })

  test('that is null is refused where a body may be left out', async () => {
    await refuse([400, 'invalid_request', ['']], 'POST', `${keysOfA}/${keyId}/revoke`, 'null')
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    mark,
    '',
  ])('declared as "%s" is refused', async (type) => {
    await refuse([415, 'unsupported_media_type'], 'POST', keysOfA, '{"name":"x"}', { 'content-type': type })
  })

  test('without a declaration is refused', async () => {
    const undeclared = await fetch(`http://127.0.0.1:${api.port}${keysOfA}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from('{"name":"x"}')),
    })
    expect([undeclared.status, await undeclared.json()]).toEqual([
      415,
      shapeOfProblem(415, 'unsupported_media_type'),
    ])
  })

  test.each([
    [{ name: 'x', expiresat: mark }, ['/expiresat']],
    [{ name: 'x', constructor: mark }, ['/constructor']],
    [{ name: 'x', [`${mark} `]: 1 }, ['']],
    [{ name: 'x', [`detrics_${'A'.repeat(22)}_a`]: 1 }, ['']],
    [{ name: 7, expiresAt: mark, other: 1, toString: 1 }, ['/other', '/toString', '/name', '/expiresAt']],
  ])('with members that nobody knows is refused: %j', async (body, pointers) => {
    await refuse([400, 'invalid_request', pointers], 'POST', keysOfA, body)
  })

  test('with thousands of unknown members gets a short answer', async () => {
    const body = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`${mark}${i}`, i]))
    const { text } = await api.send('POST', keysOfA, { name: 'x', ...body })
    expect(text.length).toBeLessThan(4096)
    expect(text).not.toContain(mark)
  })
})

describe('other parts of a request', () => {
  test.each([
    [`${keysOfA}?limit=0`, '/limit'],
    [`${keysOfA}?limit=201`, '/limit'],
    [`${keysOfA}?limit=1e2`, '/limit'],
    [`${keysOfA}?limit=${mark}`, '/limit'],
    [`${keysOfA}?limit=`, '/limit'],
    [`${keysOfA}?limit=1&limit=2`, '/limit'],
    [`${keysOfA}?cursor=${mark}`, '/cursor'],
    [`${keysOfA}?cursor=`, '/cursor'],
    [`${keysOfA}?other=${mark}`, '/other'],
    [`${activity}?limit=201`, '/limit'],
    [`${activity}?cursor=${mark}`, '/cursor'],
    [`${activity}?cursor=0`, '/cursor'],
    [`${activity}?cursor=99999999999999999999`, '/cursor'],
    [`${activity}?before=3`, '/before'],
    [`/v1/me?x=${mark}`, '/x'],
  ])('a query that does not fit is refused: %s', async (path, pointer) => {
    await refuse([400, 'invalid_request', [pointer]], 'GET', path)
  })

  test('a query is refused where none is read', async () => {
    await refuse([400, 'invalid_request', ['/name']], 'POST', `${keysOfA}?name=${mark}`, { name: 'Not made' })
    expect((await api.send('GET', keysOfA)).text).not.toContain('Not made')
  })

  test.each(['', `${mark} `.repeat(2), `${mark}\u00e9`, mark.repeat(40)])(
    'an idempotency key that does not fit is refused: "%s"',
    async (key) => {
      const headers = { 'idempotency-key': key }
      await refuse([400, 'invalid_request', ['/Idempotency-Key']], 'POST', keysOfA, { name: 'y' }, headers)
    },
  )

  test.each([
    [{ reason: 'replaced' }, '/reason'],
    [{ reason: mark }, '/reason'],
    [{ reason: ['leaked'] }, '/reason'],
  ])('a reason that nobody may give is refused: %j', async (body, pointer) => {
    await refuse([400, 'invalid_request', [pointer]], 'POST', `${keysOfA}/${keyId}/revoke`, body)
  })

  test.each([
    [{ action: 'x' }, ['/key']],
    [{ key: mark }, ['/action']],
    [{ key: [mark], action: { [mark]: 1 } }, ['/key', '/action']],
  ])('a verification that does not fit is refused: %j', async (body, pointers) => {
    await refuse([400, 'invalid_request', pointers], 'POST', '/v1/verify', body)
  })
})

describe('a path', () => {
  test.each([
    ['GET', '/'],
    ['GET', `/${mark}`],
    ['GET', '/v1'],
    ['POST', `/v1/${mark}?${mark}=${mark}`],
    ['GET', `/%zz${mark}`],
    ['GET', `/v1/workspaces/${mark.repeat(20)}/keys`],
    ['PROPFIND', '/v1/me'],
  ])('that leads nowhere is answered with not_found: %s %s', async (method, path) => {
    await refuse([404, 'not_found'], method, path)
  })

  test('that leads nowhere is not_found whatever the body is', async () => {
    await refuse([404, 'not_found'], 'POST', `/v1/${mark}`, `{${mark}`)
  })

  test.each([
    ['DELETE', `${keysOfA}/${mark}`, 'GET, HEAD, PATCH'],
    ['PUT', keysOfA, 'GET, HEAD, POST'],
    ['GET', '/v1/verify', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/v1/me', 'GET, HEAD'],
  ])('tells which methods it knows, whatever the body is: %s %s', async (method, path, allow) => {
    await refuse([405, 'method_not_allowed'], method, path, method === 'GET' ? undefined : `{${mark}`)
    const { headers } = await api.send(method, path)
    expect(String(headers['allow']).split(', ').toSorted().join(', ')).toBe(allow)
  })
})

test('what was refused is not in the log', () => {
  expect(api.log()).toBe('')
})

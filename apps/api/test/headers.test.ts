import { operationIds, operations, type OperationId } from '@detrics/keys-client/contract'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  askRaw,
  expectProblem,
  identityOf,
  keysPath,
  make,
  openApi,
  type Answer,
  type Api,
  type Ask,
} from './harness.js'

/*
 * Every header of every reply is written down here: one that is missing, one that is new and one with another value is
 * found out. Left out are the time of day, the length, and what is drawn for each request.
 */
const drawn = new Set(['date', 'content-length'])

const headersOf = ({ headers }: Answer): ReadonlyArray<string> =>
  Object.entries(headers)
    .filter(([name]) => !drawn.has(name))
    .map(([name, value]) => (name === 'x-request-id' ? `${name}: (id)` : `${name}: ${value}`))
    .toSorted()

/** On every reply but those of the page, and on no page. */
const ofEveryReply = [
  'cache-control: no-store',
  'connection: keep-alive',
  "content-security-policy: default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy: same-origin',
  'keep-alive: timeout=72',
  'referrer-policy: no-referrer',
  'x-content-type-options: nosniff',
]

const withoutThose = (answer: Answer): ReadonlyArray<string> => {
  const headers = headersOf(answer)
  expect(headers).toEqual(expect.arrayContaining(ofEveryReply))
  return headers.filter((header) => !ofEveryReply.includes(header))
}

const folder = mkdtempSync(join(tmpdir(), 'detrics-page-'))
const script = 'globalThis.shown = true\n'
let api: Api
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  for (const name of ['index.html', 'reference.html'])
    writeFileSync(join(folder, name), `<!doctype html><title>${name}</title>`)
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), script)
  writeFileSync(join(folder, 'assets', 'app-1a2b.js.gz'), gzipSync(script))
  writeFileSync(join(folder, 'assets', 'app-1a2b.css'), 'body { margin: 0 }')
  writeFileSync(join(folder, 'assets', 'notes.txt'), 'no asset')
  writeFileSync(join(folder, 'assets', '.hidden.js'), 'no asset')
  api = await openApi({ page: { folder } })
})
afterAll(async () => {
  await api.close()
  rmSync(folder, { recursive: true })
})

/** Everything that is asked for with a body, with one that fits. */
const bodies: { readonly [K in OperationId]?: object } = {
  createKey: { name: 'New' },
  renameKey: { name: 'Renamed' },
  revokeKey: {},
  replaceKey: {},
  verifyKey: { key: 'x', action: 'read' },
}

describe('every header of a reply is known:', () => {
  test('of a result, by operation', async () => {
    const shown: Record<string, ReadonlyArray<string>> = {}
    for (const id of operationIds) {
      const { keyId } = (await make(api, `For ${id}`)).key
      const { method, path, body } = operations[id]
      const filled = path.replace('{workspaceId}', 'demo-a').replace('{keyId}', keyId)
      const ask: Ask = body === undefined ? {} : { json: bodies[id] ?? { keyIds: [keyId] } }
      const answer = await api.ask(method, filled, ask)
      expect([id, answer.status]).toEqual([id, operations[id].reply.status])
      shown[id] = withoutThose(answer).map((header) => header.replace(/"\d+"/, '"(revision)"'))
    }
    expect(shown).toMatchInlineSnapshot(`
     {
       "createKey": [
         "content-type: application/json; charset=utf-8",
         "etag: "(revision)"",
       ],
       "getHealth": [
         "content-type: application/json; charset=utf-8",
       ],
       "getKey": [
         "content-type: application/json; charset=utf-8",
         "etag: "(revision)"",
       ],
       "getMe": [
         "content-type: application/json; charset=utf-8",
       ],
       "getReadiness": [
         "content-type: application/json; charset=utf-8",
       ],
       "listKeys": [
         "content-type: application/json; charset=utf-8",
       ],
       "renameKey": [
         "content-type: application/json; charset=utf-8",
         "etag: "(revision)"",
       ],
       "replaceKey": [
         "content-type: application/json; charset=utf-8",
         "etag: "(revision)"",
       ],
       "reviewActivity": [
         "content-type: application/json; charset=utf-8",
       ],
       "revokeKey": [
         "content-type: application/json; charset=utf-8",
         "etag: "(revision)"",
       ],
       "revokeKeys": [
         "content-type: application/json; charset=utf-8",
       ],
       "verifyKey": [
         "content-type: application/json; charset=utf-8",
       ],
     }
    `)
  })

  test('of a repeated result', async () => {
    const ask: Ask = { json: { name: 'Once' }, headers: { 'idempotency-key': 'a-9f2c' } }
    await api.ask('POST', keysPath, ask)
    const repeated = withoutThose(await api.ask('POST', keysPath, ask))
    expect(repeated.map((header) => header.replace(/"\d+"/, '"(revision)"'))).toMatchInlineSnapshot(`
     [
       "content-type: application/json; charset=utf-8",
       "etag: "(revision)"",
       "idempotency-replayed: true",
     ]
    `)
  })

  test('of a problem, by its status', async () => {
    const broken = await openApi({
      alter: (keys) => ({ ...keys, list: () => () => Promise.reject(new Error()) }),
    })
    const away = await openApi({
      alter: (keys) => ({ ...keys, verify: () => () => Promise.resolve({ _tag: 'Unavailable' }) }),
    })
    const nobody = await openApi({ identity: identityOf('unauthenticated') })
    const stranger = await openApi({ identity: identityOf('token_expired') })
    const json = bodies.verifyKey
    const answers: Readonly<Record<string, Answer>> = {
      invalid_request: await api.ask('POST', keysPath, { json: {} }),
      unauthenticated: await nobody.ask('GET', '/v1/me'),
      token_expired: await stranger.ask('GET', '/v1/me'),
      origin_refused: await api.ask('GET', '/v1/me', { headers: { origin: 'null' } }),
      not_found: await api.ask('GET', '/nowhere'),
      'not_found, of a path that cannot be decoded': await api.ask('GET', '/v1/workspaces/%zz/keys'),
      method_not_allowed: await api.ask('DELETE', '/v1/me'),
      unsupported_media_type: await api.ask('POST', keysPath, { payload: 'x' }),
      wrong_host: await api.ask('GET', '/v1/me', { headers: { host: 'evil.example' } }),
      internal_error: await broken.ask('GET', keysPath),
      verification_unavailable: await away.ask('POST', '/v1/verify', json === undefined ? {} : { json }),
    }
    const shown = Object.entries(answers).map(([code, answer]) => [code, withoutThose(answer)])
    expect(Object.fromEntries(shown)).toMatchInlineSnapshot(`
     {
       "internal_error": [
         "content-type: application/problem+json; charset=utf-8",
         "x-request-id: (id)",
       ],
       "invalid_request": [
         "content-type: application/problem+json; charset=utf-8",
       ],
       "method_not_allowed": [
         "allow: GET, HEAD",
         "content-type: application/problem+json; charset=utf-8",
       ],
       "not_found": [
         "content-type: application/problem+json; charset=utf-8",
       ],
       "not_found, of a path that cannot be decoded": [
         "content-type: application/problem+json; charset=utf-8",
       ],
       "origin_refused": [
         "content-type: application/problem+json; charset=utf-8",
       ],
       "token_expired": [
         "content-type: application/problem+json; charset=utf-8",
         "www-authenticate: Bearer error="invalid_token", error_description="The credential has expired"",
       ],
       "unauthenticated": [
         "content-type: application/problem+json; charset=utf-8",
         "www-authenticate: Bearer",
       ],
       "unsupported_media_type": [
         "content-type: application/problem+json; charset=utf-8",
       ],
       "verification_unavailable": [
         "content-type: application/problem+json; charset=utf-8",
         "retry-after: 1",
         "x-request-id: (id)",
       ],
       "wrong_host": [
         "content-type: application/problem+json; charset=utf-8",
       ],
     }
    `)
    for (const other of [broken, away, nobody, stranger]) await other.close()
  })

  test('of a problem of what is no request', async () => {
    expect(headersOf(await askRaw(api.port, 'no request\r\n\r\n'))).toMatchInlineSnapshot(`
     [
       "cache-control: no-store",
       "connection: close",
       "content-security-policy: default-src 'none'; frame-ancestors 'none'",
       "content-type: application/problem+json",
       "cross-origin-resource-policy: same-origin",
       "referrer-policy: no-referrer",
       "x-content-type-options: nosniff",
     ]
    `)
  })

  test('of the description', async () => {
    expect(withoutThose(await api.ask('GET', '/v1/openapi.json'))).toMatchInlineSnapshot(`
     [
       "content-type: application/json; charset=utf-8",
     ]
    `)
  })

  test('of the pages, and these have a policy of their own that holds everything foreign off', async () => {
    const [page, docs] = [await api.ask('GET', '/mcp/api-keys'), await api.ask('GET', '/docs')]
    expect([page.text, docs.text].map((text) => /<title>(.*)<\/title>/.exec(text)?.[1])).toEqual([
      'index.html',
      'reference.html',
    ])
    expect(headersOf(page)).toMatchInlineSnapshot(`
     [
       "accept-ranges: bytes",
       "cache-control: no-store",
       "connection: keep-alive",
       "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
       "content-type: text/html; charset=utf-8",
       "cross-origin-opener-policy: same-origin",
       "cross-origin-resource-policy: same-origin",
       "keep-alive: timeout=72",
       "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
       "referrer-policy: no-referrer",
       "x-content-type-options: nosniff",
     ]
    `)
    expect(headersOf(docs)).toEqual(headersOf(page))
    expect(headersOf(await api.ask('HEAD', '/mcp/api-keys'))).toEqual(headersOf(page))
  })

  test('of the files of a page, which may be kept, since their names change with what is in them', async () => {
    const answer = await api.ask('GET', '/mcp/assets/app-1a2b.js')
    expect(answer.text).toBe(script)
    expect(headersOf(answer)).toMatchInlineSnapshot(`
     [
       "accept-ranges: bytes",
       "cache-control: public, max-age=31536000, immutable",
       "connection: keep-alive",
       "content-security-policy: default-src 'none'; frame-ancestors 'none'",
       "content-type: application/javascript; charset=utf-8",
       "cross-origin-resource-policy: same-origin",
       "keep-alive: timeout=72",
       "referrer-policy: no-referrer",
       "vary: accept-encoding",
       "x-content-type-options: nosniff",
     ]
    `)
    const packed = await api.ask('GET', '/mcp/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip' } })
    expect(headersOf(packed)).toMatchInlineSnapshot(`
     [
       "accept-ranges: bytes",
       "cache-control: public, max-age=31536000, immutable",
       "connection: keep-alive",
       "content-encoding: gzip",
       "content-security-policy: default-src 'none'; frame-ancestors 'none'",
       "content-type: application/javascript; charset=utf-8",
       "cross-origin-resource-policy: same-origin",
       "keep-alive: timeout=72",
       "referrer-policy: no-referrer",
       "vary: accept-encoding",
       "x-content-type-options: nosniff",
     ]
    `)
    const style = await api.ask('GET', '/mcp/assets/app-1a2b.css')
    expect(style.headers['content-type']).toBe('text/css; charset=utf-8')
  })
})

describe('nothing else of the folder is served:', () => {
  test.each([
    '/mcp/assets/notes.txt',
    '/mcp/assets/.hidden.js',
    '/mcp/assets/missing.js',
    '/mcp/assets/app-1a2b.js.gz',
    '/mcp/assets/',
    '/mcp/assets',
    '/mcp/assets/..%2findex.html',
    '/mcp/assets/%2e%2e/index.html',
    '/mcp/assets/..%5cindex.html',
    '/mcp/assets/%00.js',
    '/mcp/index.html',
    '/mcp/',
    '/index.html',
    '/mcp/api-keys/',
    '/docs/index.html',
  ])('%s', async (path) => {
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await api.ask(method, path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(headersOf(answer)).toEqual(
        [...ofEveryReply, 'content-type: application/problem+json; charset=utf-8'].toSorted(),
      )
    }
    expectProblem(await api.ask('GET', path), 'not_found')
  })

  test('and no page is changed', async () => {
    for (const path of ['/mcp/api-keys', '/docs'])
      expectProblem(await api.ask('POST', path, { json: {} }), 'method_not_allowed')
  })

  test('and there is no page where none is given', async () => {
    const bare = await openApi()
    for (const path of ['/mcp/api-keys', '/docs', '/mcp/assets/app-1a2b.js'])
      expectProblem(await bare.ask('GET', path), 'not_found')
    await bare.close()
  })
})

import { createApi, developmentIdentity, listenOnLoopback } from '@detrics/keys-api'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import {
  activityPath,
  askRaw,
  expectProblem,
  holdsTrace,
  jsonOf,
  keysPath,
  openApi,
  openFront,
  type Answer,
  type Api,
  type ShownActivity,
  type ShownPage,
} from './harness.js'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

const make = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
  api.ask('POST', keysPath, { json: { name: 'From a page' }, headers })
const listed = async (): Promise<number> => jsonOf<ShownPage>(await api.ask('GET', keysPath)).keys.length

const openApp = async () => {
  const keys = await openFront()
  const app = createApi({ keys, identity: developmentIdentity, log: { write: () => undefined } })
  return { app, keys }
}

describe('a web page in the browser of the developer', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    'localhost.evil.example:PORT',
    'evil.example:80@localhost:PORT',
    'localhost@evil.example:PORT',
    '127.0.0.1:1',
    '127.0.0.1',
    'localhost:',
    'localhost:PORT/',
    '0.0.0.0:PORT',
    '127.0.0.2:PORT',
    '[::]:PORT',
  ])('that has its name pointed here is refused by its Host: %s', async (host) => {
    const reply = await make({ host: host.replace('PORT', String(api.port)) })
    expectProblem(reply, 'wrong_host')
    expect(await listed()).toBe(0)
  })

  test.each([
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    'http://127.0.0.1:PORT.evil.example',
    'http://127.0.0.1:PORT/',
    'null',
    '',
  ])('is refused by its Origin: %s', async (origin) => {
    const reply = await make({ origin: origin.replace('PORT', String(api.port)) })
    expectProblem(reply, 'origin_refused')
    expect(await listed()).toBe(0)
  })

  test('gets no permission from a preflight', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const reply = await api.ask('OPTIONS', keysPath, { headers })
    expect(reply.status).toBe(403)
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

test('a program, and a page of our own, is served under each loopback name', async () => {
  const { port } = api
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await api.ask('GET', '/v1/me', { headers: { host } })).status).toBe(200)
    const origin = `http://${host}`
    expect((await api.ask('GET', '/v1/me', { headers: { host, origin } })).status).toBe(200)
  }
})

describe('a server that has an address for members', () => {
  const publicUrl = 'https://keys.example.com'
  let named: Api
  beforeAll(async () => {
    named = await openApi({ publicUrl, publicMcpUrl: 'https://mcp.example.com/mcp' })
  })
  afterAll(() => named.close())
  const ask = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
    named.ask('GET', '/v1/me', { headers })

  test('is served under it, to its own pages and to programs', async () => {
    for (const headers of [{ host: 'keys.example.com' }, { host: 'keys.example.com', origin: publicUrl }]) {
      const answer = await ask(headers)
      expect(answer.status).toBe(200)
      expect(jsonOf(answer)).toMatchObject({ mcpUrl: 'https://mcp.example.com/mcp' })
    }
  })

  test('is served on loopback as well, where health is asked for', async () => {
    for (const host of [`127.0.0.1:${named.port}`, `localhost:${named.port}`])
      expect((await ask({ host })).status).toBe(200)
  })

  test.each([
    'keys.example.com:443',
    'keys.example.com.evil.example',
    'www.keys.example.com',
    'keys.example.com.',
    'example.com',
    '127.0.0.1',
  ])('is not served under another one: %s', async (host) => {
    expectProblem(await ask({ host }), 'wrong_host')
    const forwarded = { host: 'evil.example', 'x-forwarded-host': 'keys.example.com' }
    expectProblem(await ask(forwarded), 'wrong_host')
  })

  test.each(['http://keys.example.com', 'https://keys.example.com:8443', 'https://evil.example', 'null'])(
    'is not served to the page of another origin: %s',
    async (origin) => {
      expectProblem(await ask({ host: 'keys.example.com', origin }), 'origin_refused')
    },
  )

  test('does not take its own address on loopback for the one of members', async () => {
    const host = `127.0.0.1:${named.port}`
    expectProblem(await ask({ host, origin: publicUrl }), 'origin_refused')
    expectProblem(await ask({ host: 'keys.example.com', origin: `http://${host}` }), 'origin_refused')
  })
})

describe('where a request comes from is', () => {
  const addressOf = async (trustedProxies: ReadonlyArray<string>): Promise<unknown> => {
    const proxied = await openApi({ trustedProxies })
    await proxied.ask('POST', keysPath, {
      json: { name: 'Laptop' },
      headers: { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' },
    })
    const { entries } = jsonOf<ShownActivity>(await proxied.ask('GET', activityPath))
    await proxied.close()
    return entries[0]?.['origin']
  }

  test('what a trusted proxy says, and nothing that somebody else wrote before it', async () => {
    expect(await addressOf(['127.0.0.0/8'])).toMatchObject({ address: '192.0.2.7' })
  })

  test('the address of the connection, where no proxy is trusted or another one is', async () => {
    expect(await addressOf([])).toMatchObject({ address: '127.0.0.1' })
    expect(await addressOf(['198.51.100.1'])).toMatchObject({ address: '127.0.0.1' })
  })
})

describe('a server with the development identity', () => {
  test.each(['0.0.0.0', '::', '', '192.0.2.1', 'example.com', '128.0.0.1', '::ffff:10.0.0.1'])(
    'refuses to listen on "%s"',
    async (host) => {
      const { app, keys } = await openApp()
      const listening = await listenOnLoopback(app, { host, port: 0 })()
      expect(E.isLeft(listening) && listening.left.reason).toMatch(/listen on 127\.0\.0\.1/)
      expect(app.server.listening).toBe(false)
      await app.close()
      await keys.close()
    },
  )

  test('listens on 127.0.0.1, and says which port is taken', async () => {
    const [one, other] = [await openApp(), await openApp()]
    const first = await listenOnLoopback(one.app, { host: '127.0.0.1', port: 0 })()
    const url = E.isRight(first) ? first.right : ''
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const second = await listenOnLoopback(other.app, { host: '127.0.0.1', port: Number(new URL(url).port) })()
    expect(E.isLeft(second) && second.left.reason).toContain('Another program listens on port')
    for (const { app, keys } of [one, other]) {
      await app.close()
      await keys.close()
    }
  })

  test('serves nobody when it was made to listen on every address all the same', async () => {
    const { app, keys } = await openApp()
    const { port } = new URL(await app.listen({ host: '0.0.0.0', port: 0 }))
    const reply = await fetch(`http://127.0.0.1:${port}/v1/me`)
    expect([reply.status, await reply.json()]).toMatchObject([421, { code: 'wrong_host' }])
    await app.close()
    await keys.close()
  })
})

describe('bytes that are no request', () => {
  test.each([
    ['no HTTP', 'Xq7marker\r\n\r\n', 'malformed_http'],
    ['a header with a control character', 'GET / HTTP/1.1\r\nX: a\u0001Xq7marker\r\n\r\n', 'malformed_http'],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'malformed_http'],
    ['headers of 20 KiB', `GET / HTTP/1.1\r\nX: ${'Xq7marker'.repeat(2300)}\r\n\r\n`, 'headers_too_large'],
    ['no Host', 'GET /v1/me HTTP/1.1\r\nConnection: close\r\nX: Xq7marker\r\n\r\n', 'wrong_host'],
  ] as const)('are answered with a problem and without an echo: %s', async (_, bytes, code) => {
    const answer = await askRaw(api.port, bytes)
    expectProblem(answer, code)
    expect(holdsTrace(answer, 'Xq7marker')).toBe(false)
  })
})

import { createApi, developmentIdentity, listenOnLoopback } from '@detrics/keys-api'
import * as E from 'fp-ts/lib/Either.js'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, openApi, openMemoryKeys, shapeOfProblem, type Api } from './socket.js'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

const make = (headers: Record<string, string>) => api.send('POST', keysOfA, { name: 'From a page' }, headers)
const listed = async (): Promise<number> => (await api.send('GET', keysOfA)).json['keys'].length

/** Sends bytes as they are and reads until the server hangs up. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(api.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      resolve(answer)
    })
  })

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
    expect([reply.status, reply.json]).toEqual([421, shapeOfProblem(421, 'wrong_host')])
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
    expect([reply.status, reply.json]).toEqual([403, shapeOfProblem(403, 'origin_refused')])
    expect(await listed()).toBe(0)
  })

  test('gets no permission from a preflight', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const reply = await api.send('OPTIONS', keysOfA, undefined, headers)
    expect(reply.status).toBe(403)
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

test('a program, and a page of our own, is served under each loopback name', async () => {
  const { port } = api
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await api.send('GET', '/v1/me', undefined, { host })).status).toBe(200)
    expect((await api.send('GET', '/v1/me', undefined, { host, origin: `http://${host}` })).status).toBe(200)
  }
})

describe('a server with the development identity', () => {
  test.each(['0.0.0.0', '::', '', '192.0.2.1', 'example.com', '128.0.0.1', '::ffff:10.0.0.1'])(
    'refuses to listen on "%s"',
    async (host) => {
      const keys = await openMemoryKeys()
      const app = createApi({ keys, identity: developmentIdentity, log: { write: () => undefined } })
      const listening = await listenOnLoopback(app, { host, port: 0 })()
      expect(E.isLeft(listening) && listening.left.reason).toMatch(/listen on 127\.0\.0\.1/)
      expect(app.server.listening).toBe(false)
      await app.close()
      await keys.close()
    },
  )

  test('listens on 127.0.0.1, and says which port is taken', async () => {
    const keys = await openMemoryKeys()
    const apps = [0, 1].map(() =>
      createApi({ keys, identity: developmentIdentity, log: { write: () => undefined } }),
    )
    const first = await listenOnLoopback(apps[0]!, { host: '127.0.0.1', port: 0 })()
    const url = E.isRight(first) ? first.right : ''
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const second = await listenOnLoopback(apps[1]!, { host: '127.0.0.1', port: Number(new URL(url).port) })()
    expect(E.isLeft(second) && second.left.reason).toContain('Another program listens on port')
    for (const app of apps) await app.close()
    await keys.close()
  })

  test('serves nobody when it was made to listen on every address all the same', async () => {
    const keys = await openMemoryKeys()
    const app = createApi({ keys, identity: developmentIdentity, log: { write: () => undefined } })
    const { port } = new URL(await app.listen({ host: '0.0.0.0', port: 0 }))
    const reply = await fetch(`http://127.0.0.1:${port}/v1/me`)
    expect([reply.status, await reply.json()]).toEqual([421, shapeOfProblem(421, 'wrong_host')])
    await app.close()
    await keys.close()
  })
})

describe('bytes that are no request', () => {
  test.each([
    ['no HTTP', 'Xq7marker\r\n\r\n', 400, 'malformed_http'],
    [
      'a header with a control character',
      'GET / HTTP/1.1\r\nX: a\u0001Xq7marker\r\n\r\n',
      400,
      'malformed_http',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed_http',
    ],
    [
      'headers of 20 KiB',
      `GET / HTTP/1.1\r\nX: ${'Xq7marker'.repeat(2300)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['no Host', 'GET /v1/me HTTP/1.1\r\nConnection: close\r\nX: Xq7marker\r\n\r\n', 421, 'wrong_host'],
  ])('are answered with a problem and without an echo: %s', async (_, text, status, code) => {
    const answer = await raw(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.toLowerCase()).toContain('cache-control: no-store')
    expect(answer).toContain('pplication/problem+json')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toEqual(shapeOfProblem(status, code))
    expect(answer).not.toContain('Xq7marker')
  })
})

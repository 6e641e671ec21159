import { afterEach, describe, expect, test } from '@jest/globals'
import {
  createGate,
  createMcpApp,
  listen,
  loopbackHosts,
  type McpApp,
  type RunningServer,
} from '@detrics/keys-mcp'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { fakeKeys } from './fake-keys.js'
import { bearer, call } from './harness.js'

let running: Array<RunningServer> = []
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

const served = async () => {
  const fake = fakeKeys()
  const { secret } = fake.add('ws_a', 'Work laptop')
  const server = await listen(0, (port) =>
    createMcpApp({ keys: fake.keys, gate: createGate(fake.keys), hosts: loopbackHosts(port) }),
  )
  running.push(server)
  const url = `http://127.0.0.1:${server.port}/mcp`
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...bearer(secret),
  }
  return { fake, server, url, headers }
}

/** Writes bytes to the port and reads until the other side closes. */
const exchange = async (port: number, text: string): Promise<string> => {
  const socket = connectSocket(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString('utf8')
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

describe('over a socket', () => {
  test('a tool answers, and the address of the socket is on record whatever headers claim', async () => {
    const { fake, url, headers } = await served()
    const forwarded = { ...headers, 'x-forwarded-for': '6.6.6.6' }
    const response = await fetch(url, { method: 'POST', headers: forwarded, body: call('whoami') })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Work laptop')
    expect(fake.uses[0]).toMatchObject({ action: 'whoami', address: '127.0.0.1' })
    expect(fake.openWatches()).toBe(0)
  })

  test('a foreign or broken Host is refused, and so is a body over 64 KiB', async () => {
    const { fake, server, url, headers } = await served()
    const get = (host: string): Promise<string> =>
      exchange(server.port, `GET /mcp HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(await get('evil.example')).toMatch(/^HTTP\/1.1 403 /)
    expect(await get(`127.0.0.1:${server.port + 1}`)).toMatch(/^HTTP\/1.1 403 /)
    expect(await get('a b')).toMatch(/^HTTP\/1.1 403 /)
    expect(await get(`127.0.0.1:${server.port}`)).toMatch(/^HTTP\/1.1 401 /)
    const trace = `TRACE /mcp HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`
    expect(await exchange(server.port, trace)).toMatch(/^HTTP\/1.1 403 /)
    const large = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(65_537) })
    expect(large.status).toBe(413)
    expect(await large.text()).toContain('-31413')
    // Refused after the key was verified, and so on record.
    expect(fake.uses.filter(({ outcome }) => outcome === 'Active')).toHaveLength(1)
  })
})

test('a stop lets the request in flight finish, accepts no other, and then closes', async () => {
  let begin = (): void => undefined
  let finish = (): void => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const slow: McpApp = {
    fetch: async () => {
      begin()
      await finished
      return new Response('done')
    },
    close: () => Promise.resolve(),
  }
  const server = await listen(0, () => slow)
  const url = `http://127.0.0.1:${server.port}/mcp`
  const answer = fetch(url)
  await begun
  const stopped = server.stop()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  finish()
  expect(await (await answer).text()).toBe('done')
  await stopped
})

test('a port that is taken is an error and not a crash', async () => {
  const { server } = await served()
  await expect(listen(server.port, () => ({}) as McpApp)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

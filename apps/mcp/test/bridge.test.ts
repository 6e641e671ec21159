import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createGate, createMcpApp, listen, loopbackHosts, type RunningServer } from '@detrics/keys-mcp'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeKeys, secretOf, type FakeKeys } from './fake-keys.js'
import { eras } from './harness.js'
import { bridged, endPrograms, hanging, program } from './processes.js'

const invalid = {
  code: -31401,
  message: 'Unauthorized: API key is missing, invalid, expired or revoked',
  data: { reason: 'invalid_api_key', httpStatus: 401 },
}
const notSet = {
  code: -31401,
  message: 'Unauthorized: DETRICS_API_KEY is not set',
  data: { reason: 'missing_api_key', httpStatus: 401 },
}
const storeDown = {
  code: -32603,
  message: 'Service unavailable: the API key could not be checked and its use not recorded, try again',
}
const unreachable = {
  code: -32603,
  message: 'Service unavailable: the MCP endpoint does not answer, try again',
}

const serve = (fake: FakeKeys, port = 0): Promise<RunningServer> =>
  listen(port, (real) =>
    createMcpApp({ keys: fake.keys, gate: createGate(fake.keys), hosts: loopbackHosts(real) }),
  )

const urlOf = ({ port }: RunningServer): string => `http://127.0.0.1:${port}/mcp`
const ping = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'ping' })
const whoami = { name: 'whoami', arguments: {} }

let fake: FakeKeys
let server: RunningServer
let good: { readonly keyId: string; readonly secret: string }
beforeEach(async () => {
  fake = fakeKeys()
  good = fake.add('ws_a', 'Work laptop')
  server = await serve(fake)
})
afterEach(async () => {
  await endPrograms()
  await server.stop()
})

const env = () => ({ DETRICS_API_KEY: good.secret, DETRICS_MCP_URL: urlOf(server) })

for (const era of eras)
  describe(`with a client of ${era} over the bridge`, () => {
    test('tools work, are on record with the agent that called them, and the secret is in no output', async () => {
      const { client, connect, said } = await bridged(era, env())
      await connect()
      expect(client.getNegotiatedProtocolVersion()).toBe(era)
      expect((await client.listTools()).tools).toHaveLength(3)
      expect((await client.callTool(whoami)).structuredContent).toMatchObject({ keyId: good.keyId })
      expect(fake.uses.at(-1)).toMatchObject({ action: 'whoami', address: '127.0.0.1' })
      expect(fake.uses.at(-1)?.client).toMatch(/^codex\/0\.169/)
      await client.close()
      expect(said).toEqual(['detrics-mcp: Connected\n'])
    })

    test('a revocation stops the very next request, and a good key works again without a restart', async () => {
      const { client, connect } = await bridged(era, env())
      await connect()
      for (const request of [() => client.listTools(), () => client.callTool(whoami)]) {
        await request()
        fake.end(good.keyId)
        await expect(request()).rejects.toMatchObject(invalid)
        fake.revive(good.keyId)
        await request()
      }
      await client.close()
    })

    test('a store that is down is unavailable, never unauthorized', async () => {
      const { client, connect } = await bridged(era, env())
      await connect()
      fake.setDown(true)
      await expect(client.callTool(whoami)).rejects.toMatchObject(storeDown)
      fake.setDown(false)
      await client.callTool(whoami)
      await client.close()
    })

    test('an endpoint that is away is unavailable, and calls work again when it is back', async () => {
      const { client, connect, said } = await bridged(era, env())
      await connect()
      await client.callTool(whoami)
      await server.stop()
      await expect(client.callTool(whoami)).rejects.toMatchObject(unreachable)
      server = await serve(fake, server.port)
      await client.callTool(whoami)
      await client.close()
      expect(said.join('')).toBe(
        `detrics-mcp: Connected\ndetrics-mcp: ${unreachable.message}\ndetrics-mcp: Connected\n`,
      )
    })
  })

test('a client of the older era is shown the sentence when it connects with a bad key', async () => {
  const { client, connect } = await bridged('2025-11-25', { ...env(), DETRICS_API_KEY: secretOf(9) })
  await expect(connect()).rejects.toMatchObject(invalid)
  await client.close()
})

describe('the bridge stays and answers each request', () => {
  test('with Unauthorized when it has no key', async () => {
    const bridge = program('bridge.js', { DETRICS_MCP_URL: urlOf(server) })
    bridge.send(ping(1))
    bridge.send(ping('two'))
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 1, error: notSet })
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 'two', error: notSet })
    bridge.end()
    expect(await bridge.exited).toBe(0)
    expect(bridge.errors).toEqual([`detrics-mcp: ${notSet.message}`])
    expect(fake.uses).toEqual([])
  })

  test('with Unauthorized when its key cannot be sent, without showing it', async () => {
    const key = `${secretOf(1)}\u00e9 x`
    const bridge = program('bridge.js', { DETRICS_MCP_URL: urlOf(server), DETRICS_API_KEY: key })
    bridge.send(ping(1))
    expect(await bridge.next()).toMatchObject({
      id: 1,
      error: { code: invalid.code, message: invalid.message },
    })
    bridge.end()
    await bridge.exited
    expect(bridge.errors.join()).not.toContain(secretOf(1))
  })

  test('by the key that its file holds at that moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'detrics-bridge-'))
    const file = join(folder, 'key')
    const bridge = program('bridge.js', { DETRICS_MCP_URL: urlOf(server), DETRICS_API_KEY_FILE: file })
    bridge.send(ping(1))
    expect(await bridge.next()).toMatchObject({
      error: { message: 'Unauthorized: the file that DETRICS_API_KEY_FILE names cannot be read or is empty' },
    })
    await writeFile(file, `${secretOf(9)}\n`)
    bridge.send(ping(2))
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 2, error: invalid })
    await writeFile(file, `${good.secret}\n`)
    bridge.send(ping(3))
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 3, result: {} })
    bridge.end()
    await bridge.exited
    await rm(folder, { recursive: true })
  })

  test('in the order in which they came, and refuses a request with a key in it', async () => {
    const bridge = program('bridge.js', env())
    for (const id of [1, 2, 3]) bridge.send(ping(id))
    bridge.send({ ...ping(4), method: 'tools/call', params: { name: good.secret } })
    const ids: Array<unknown> = []
    for (let i = 0; i < 3; i += 1) ids.push(((await bridge.next()) as { id: unknown }).id)
    expect(ids).toEqual([1, 2, 3])
    const refused = await bridge.line()
    expect(JSON.parse(refused)).toMatchObject({ id: 4, error: { code: -31400 } })
    expect(refused).not.toContain(good.secret)
    bridge.end()
    await bridge.exited
  })

  test('with unavailable when the endpoint breaks off in the middle of its answer', async () => {
    const broken = createServer((req, res) => {
      req.resume()
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write(': not yet\n\n', () => res.destroy())
    })
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/mcp`
    const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: url })
    bridge.send(ping(1))
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 1, error: unreachable })
    bridge.end()
    await bridge.exited
    await new Promise((resolve) => broken.close(resolve))
  })

  test('to what comes after a request that hangs and is cancelled', async () => {
    const { url, requests, close } = await hanging()
    const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: url })
    bridge.send(ping(1))
    const first = await requests.next()
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
    await first.left
    bridge.send(ping(2))
    const second = await requests.next()
    second.answer('{"jsonrpc":"2.0","id":2,"result":{}}')
    expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 2, result: {} })
    bridge.end()
    expect(await bridge.exited).toBe(0)
    await close()
  })

  test('after sending each message with the headers of its own protocol version', async () => {
    const { url, requests, close } = await hanging()
    const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: url })
    const relayed = async (
      message: { readonly id: number; readonly [field: string]: unknown },
      result: object,
    ) => {
      bridge.send(message)
      const { headers, answer } = await requests.next()
      answer(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
      expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: message.id, result })
      return [headers['mcp-protocol-version'], headers['mcp-method'], headers['mcp-name']]
    }
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const discover = { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta } }
    const clientInfo = { name: 'codex', version: '0.169' }
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    const serverInfo = { name: 'x', version: '1' }
    const settled = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo }
    const called = { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'whoami', _meta } }
    expect(await relayed(discover, {})).toEqual(['2026-07-28', 'server/discover', undefined])
    expect(await relayed({ jsonrpc: '2.0', id: 2, method: 'initialize', params }, settled)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await relayed({ ...ping(3), id: 3 }, {})).toEqual(['2025-06-18', undefined, undefined])
    expect(await relayed(called, {})).toEqual(['2026-07-28', 'tools/call', 'whoami'])
    bridge.end()
    expect(await bridge.exited).toBe(0)
    await close()
  })

  test('with unavailable when too many wait for an endpoint that hangs', async () => {
    const { url, requests, close } = await hanging()
    const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: url })
    bridge.send(ping(0))
    await requests.next()
    for (let id = 1; id <= 101; id += 1) bridge.send(ping(id))
    expect(await bridge.next()).toEqual({
      jsonrpc: '2.0',
      id: 101,
      error: {
        code: -32603,
        message: 'Service unavailable: too many requests wait for the MCP endpoint, try again',
      },
    })
    bridge.end()
    expect(await bridge.exited).toBe(0)
    await close()
  })

  test('to a subscription, which ends at once, and to what comes after it', async () => {
    const bridge = program('bridge.js', env())
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const notifications = { toolsListChanged: true }
    bridge.send({ ...ping(1), method: 'subscriptions/listen', params: { notifications, _meta } })
    bridge.send({ ...ping(2), method: 'tools/list', params: { _meta } })
    const messages = [await bridge.next(), await bridge.next(), await bridge.next()]
    expect(messages).toContainEqual(
      expect.objectContaining({ method: 'notifications/subscriptions/acknowledged' }),
    )
    expect(messages).toContainEqual(expect.objectContaining({ id: 1, result: expect.anything() }))
    expect(messages).toContainEqual(expect.objectContaining({ id: 2, result: expect.anything() }))
    bridge.end()
    await bridge.exited
  })

  test('with a hint at the address when something else answers there', async () => {
    const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: urlOf(server).replace('/mcp', '/else') })
    bridge.send(ping(1))
    expect(await bridge.next()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32603,
        message: 'The MCP endpoint refused the request with HTTP 404; check DETRICS_MCP_URL',
      },
    })
    bridge.end()
    await bridge.exited
  })
})

describe('the bridge does not start towards an address where the key would be in danger', () => {
  const refused: ReadonlyArray<readonly [string, string]> = [
    [
      'http://keys.example/mcp',
      'must begin with https://, since http:// would send the key readable over the network',
    ],
    [
      'http://127.0.0.1.evil.example/mcp',
      'must begin with https://, since http:// would send the key readable over the network',
    ],
    ['file:///etc/passwd', 'must begin with https:// or http://'],
    [
      'https://user:secret@keys.example/mcp',
      'must not contain a user name or password; the key goes into DETRICS_API_KEY',
    ],
    ['nowhere', 'is not a URL'],
  ]
  for (const [url, problem] of refused)
    test(`as in ${url}`, async () => {
      const bridge = program('bridge.js', { ...env(), DETRICS_MCP_URL: url })
      expect(await bridge.exited).toBe(78)
      expect(bridge.errors).toEqual([`detrics-mcp: DETRICS_MCP_URL ${problem}`])
    })
})

import { describe, expect, test } from '@jest/globals'
import type { Keys, Verdict } from '@detrics/keys'
import { createGate } from '@detrics/keys-mcp'
import { secretOf } from './fake-keys.js'
import { bearer, call, endpoint, harness, post } from './harness.js'

const sentence = 'Unauthorized: API key is missing, invalid, expired or revoked'

const expectUnauthorized = async (response: Response): Promise<void> => {
  expect(response.status).toBe(401)
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'www-authenticate': `Bearer realm="Detrics", error="invalid_token", error_description="${sentence}"`,
  })
  expect(await response.text()).toBe(`{"error":"invalid_token","error_description":"${sentence}"}`)
}

describe('what presents no good key is answered 401, with the same bytes whatever the cause', () => {
  const causes: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
    ['no header', {}],
    ['no scheme', { authorization: secretOf(1) }],
    ['another scheme', { authorization: `Basic ${secretOf(1)}` }],
    ['two keys', { authorization: `Bearer ${secretOf(1)} ${secretOf(1)}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['no key of ours', { authorization: 'Bearer ghp_abc' }],
    ['an unknown key', bearer(secretOf(99))],
    ['a revoked key', bearer(secretOf(2))],
    ['an expired key', bearer(secretOf(3))],
    ['the key in other places', { 'x-api-key': secretOf(1), cookie: `key=${secretOf(1)}` }],
  ]
  for (const [cause, headers] of causes)
    test(`to a call with ${cause}`, async () => {
      const { app, fake } = harness()
      fake.add('ws_a', 'good')
      fake.end(fake.add('ws_a', 'revoked').keyId)
      fake.end(fake.add('ws_a', 'expired').keyId, 'expired')
      await expectUnauthorized(await post(app, call('whoami'), headers))
      expect(fake.journal).not.toContain('get')
    })

  for (const method of ['GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'])
    test(`to ${method}`, async () => {
      const { app } = harness()
      expect((await app.fetch(new Request(endpoint, { method }))).status).toBe(401)
    })

  test('also when the body is broken, too large, or carries a key', async () => {
    const { app } = harness()
    for (const body of ['{', 'x'.repeat(70_000), call(secretOf(1))])
      await expectUnauthorized(await post(app, body, bearer(secretOf(9))))
  })
})

describe('the gate verifies before anything is carried out', () => {
  test('a tool runs only after the use of the key is on record', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    await (await post(app, call('whoami'), bearer(secret))).text()
    expect(fake.journal).toEqual(['verify whoami', 'verified whoami', 'get'])
  })

  test('a store that does not answer is 503 with Retry-After, never 401, and nothing runs', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    fake.setDown(true)
    const response = await post(app, call('whoami'), bearer(secret))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.text()).toBe(
      '{"jsonrpc":"2.0","error":{"code":-32603,"message":"Service unavailable: the API key could not be checked ' +
        'and its use not recorded, try again"},"id":null}',
    )
    expect(fake.journal).not.toContain('get')
  })

  test('every message of a batch is put on record, and one of them refused refuses all', async () => {
    const { app, fake } = harness()
    const { secret, keyId } = fake.add('ws_a', 'Work laptop')
    const batch = `[${call('whoami', {}, 1)},${call('list_keys', {}, 2)}]`
    expect((await post(app, batch, bearer(secret))).status).toBe(200)
    expect(fake.uses.map(({ action }) => action)).toEqual(['whoami', 'list_keys'])
    fake.end(keyId)
    expect((await post(app, batch, bearer(secret))).status).toBe(401)
  })

  test('a batch of which one message cannot be put on record, or comes after the end of the key, is not carried out', async () => {
    const answers = { Unavailable: 503, Refused: 401 }
    for (const [verdict, status] of Object.entries(answers)) {
      const { fake } = harness()
      const { secret } = fake.add('ws_a', 'Work laptop')
      const verify: Keys['verify'] = (presented, use) =>
        use.action === 'list_keys'
          ? () => Promise.resolve({ _tag: verdict, reason: 'revoked' } as Verdict)
          : fake.keys.verify(presented, use)
      const request = new Request(endpoint, {
        method: 'POST',
        headers: bearer(secret),
        body: `[${call('whoami', {}, 1)},${call('list_keys', {}, 2)}]`,
      })
      const answer = await createGate({ ...fake.keys, verify })(request)
      expect(answer).toMatchObject({ status })
    }
  })

  test('a batch of more than 20 messages is refused, as is any batch where the protocol knows none', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    const many = JSON.stringify(Array.from({ length: 21 }, (_, id) => JSON.parse(call('whoami', {}, id))))
    expect((await post(app, many, bearer(secret))).status).toBe(400)
    const newer = { ...bearer(secret), 'mcp-protocol-version': '2025-06-18' }
    const refused = await post(app, `[${call('whoami')}]`, newer)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { code: -32600 } })
    expect((await post(app, '[]', bearer(secret))).status).toBe(400)
    expect(fake.uses.map(({ action }) => action)).toEqual(['POST /mcp', 'POST /mcp', 'POST /mcp'])
    expect(fake.journal).not.toContain('get')
  })

  test('a body over 64 KiB is refused with 413, whether its length is declared or not', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    const large = call('whoami', { x: 'x'.repeat(65_536) })
    expect((await post(app, large, bearer(secret))).status).toBe(413)
    const streamed = new Request(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(secret) },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect((await app.fetch(streamed)).status).toBe(413)
    const exact = call('whoami').padEnd(65_536)
    expect((await post(app, exact, bearer(secret))).status).toBe(200)
  })

  test('a body that is not JSON is refused with 400 and put on record', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    for (const body of ['{', '', 'null', '7', '"x"', '{}', `${'['.repeat(30_000)}${']'.repeat(30_000)}`])
      expect((await post(app, body, bearer(secret))).status).toBe(400)
    expect(new Set(fake.uses.map(({ action }) => action))).toEqual(new Set(['POST /mcp']))
    expect(fake.uses).toHaveLength(7)
  })

  test('GET and DELETE with a good key are put on record by their own names and offer nothing', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    for (const method of ['GET', 'DELETE'])
      expect((await app.fetch(new Request(endpoint, { method, headers: bearer(secret) }))).status).toBe(405)
    expect(fake.uses.map(({ action }) => action)).toEqual(['GET /mcp', 'DELETE /mcp'])
    expect(fake.openWatches()).toBe(0)
  })
})

describe('what is recorded of a use', () => {
  const used = async (body: string, headers: Readonly<Record<string, string>>) => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    await (await post(app, body, { ...bearer(secret), ...headers })).text()
    const { presented: _, outcome: __, ...use } = fake.uses[0]!
    return use
  }

  test('is the tool, the user agent and the address of the socket, whatever headers claim', async () => {
    const claims = { 'user-agent': 'claude-code/2.1', 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6' }
    expect(await used(call('whoami'), claims)).toEqual({
      action: 'whoami',
      client: 'claude-code/2.1',
      address: '127.0.0.1',
    })
  })

  test('is the method where there is no tool, and the client that the message declares', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'codex', version: '0.169' },
      },
    }
    expect(await used(JSON.stringify(initialize), { 'user-agent': 'node' })).toMatchObject({
      action: 'initialize',
      client: 'codex/0.169',
    })
  })

  test('is cut, printable, and free of keys', async () => {
    const use = await used(call(`x\u0000\u202e${'y'.repeat(200)}`), { 'user-agent': 'a'.repeat(300) })
    expect(use.action).toBe(`x\uFFFD\uFFFD${'y'.repeat(125)}`)
    expect(use.client).toBe('a'.repeat(256))
    expect(await used(call(secretOf(7)), { 'user-agent': `agent ${secretOf(8)}` })).toEqual({
      action: '[redacted]',
      client: 'agent [redacted]',
      address: '127.0.0.1',
    })
  })
})

test('the pass of the gate carries no secret: neither in its request nor in what handlers are told', async () => {
  const { fake } = harness()
  const { secret, keyId } = fake.add('ws_a', 'Work laptop')
  const request = new Request(endpoint, { method: 'POST', body: call('whoami'), headers: bearer(secret) })
  const passed = await createGate(fake.keys)(request)
  if (passed instanceof Response) throw new Error('refused')
  expect(passed.authInfo).toEqual({
    token: keyId,
    clientId: keyId,
    scopes: [],
    expiresAt: Number.MAX_SAFE_INTEGER,
    extra: { workspaceId: 'ws_a' },
  })
  expect(JSON.stringify([passed, ...passed.request.headers])).not.toContain(secret)
  expect(await passed.request.text()).toBe(call('whoami'))
})

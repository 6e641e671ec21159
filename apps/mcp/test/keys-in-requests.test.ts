import { describe, expect, test } from '@jest/globals'
import { secretOf } from './fake-keys.js'
import { bearer, call, harness, post } from './harness.js'

const sentence =
  'Refused: the request contains an API key. Send the key in the Authorization header only; ' +
  'if it went anywhere else, revoke it and make a new one'

const key = secretOf(1)
const escaped = Array.from(key, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const modern = (method: string, params: object, id: unknown = 5): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method,
    params: {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  })
const modernHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }

const pasted: ReadonlyArray<readonly [string, string, unknown, Readonly<Record<string, string>>?]> = [
  ['the name of a tool', call(key, {}, 5), 5],
  ['an argument', call('whoami', { key }, 'five'), 'five'],
  ['the name of an argument', call('whoami', { [key]: 1 }, 5), 5],
  ['an argument, escaped', call('whoami', { key: 'KEY' }, 5).replace('KEY', escaped), 5],
  ['an argument that is overwritten', `{"jsonrpc":"2.0","id":5,"x":"${key}","x":"","method":"ping"}`, 5],
  ['an id', call('whoami', {}, key), null],
  ['a method', JSON.stringify({ jsonrpc: '2.0', id: 5, method: key }), 5],
  [
    'the version of the envelope',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 5,
      method: 'ping',
      params: { _meta: { 'io.modelcontextprotocol/protocolVersion': key } },
    }),
    5,
  ],
  [
    'the declared client',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 5,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: key, version: '1' } },
    }),
    5,
  ],
  ['a batch', `[${call('whoami', { key }, 5)}]`, null],
  ['a text around it', call('whoami', { note: `my key is ${key}, keep it` }, 5), 5],
  ['Mcp-Name', modern('tools/call', { name: 'whoami' }), 5, { ...modernHeaders, 'mcp-name': key }],
  [
    'Mcp-Name, encoded',
    modern('tools/call', { name: 'whoami' }),
    5,
    { ...modernHeaders, 'mcp-name': `=?base64?${Buffer.from(key).toString('base64')}?=` },
  ],
  ['Mcp-Method', modern('tools/list', {}), 5, { ...modernHeaders, 'mcp-method': key }],
  ['MCP-Protocol-Version', call('whoami', {}, 5), 5, { 'mcp-protocol-version': key }],
]

describe('a request that carries an API key is refused and the key never comes back, when it stands in', () => {
  for (const [place, body, id, headers] of pasted)
    test(`${place}`, async () => {
      const { app, fake } = harness()
      const { secret } = fake.add('ws_a', 'Work laptop')
      const response = await post(app, body, { ...bearer(secret), ...headers })
      expect(response.status).toBe(400)
      const text = await response.text()
      expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id, error: { code: -31400, message: sentence } })
      expect(text + [...response.headers].join()).not.toContain(key)
      const { presented: _, ...recorded } = fake.uses[0]!
      expect(JSON.stringify(recorded)).not.toContain(key)
      expect(fake.journal).not.toContain('get')
    })

  test('a part of a key is refused like a whole one', async () => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    expect((await post(app, call('whoami', { key: key.slice(0, 40) }), bearer(secret))).status).toBe(400)
  })
})

test('a key in the user agent is redacted and the request served', async () => {
  const { app, fake } = harness()
  const { secret } = fake.add('ws_a', 'Work laptop')
  const response = await post(app, call('whoami'), { ...bearer(secret), 'user-agent': key })
  expect(response.status).toBe(200)
  expect(await response.text()).not.toContain(key)
  expect(fake.uses[0]).toMatchObject({ client: '[redacted]' })
})

test('whoever asks without a good key is not told that the body carries one', async () => {
  const { app } = harness()
  expect((await post(app, call('whoami', { key }), bearer(secretOf(9)))).status).toBe(401)
})

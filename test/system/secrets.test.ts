import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { request } from 'node:http'
import { formsOf, leaks } from '../support/leaks.js'
import { connectAgent } from '../support/mcp-clients.js'
import { postMcp, toolCall } from '../support/raw-mcp.js'
import { install, stores, type Installation, type StoreName } from '../support/installations.js'
import type { Running } from '../support/processes.js'

let installation: Installation
let api: Running
let mcp: Running
let secrets: string[] = []
let replies: string[] = []

const installBefore = (store: StoreName): void => {
  beforeAll(async () => {
    installation = await install(store)
    ;({ api, mcp } = installation)
    secrets = []
    replies = []
  }, 60_000)
  afterAll(() => installation.remove())
}

/** Sends a request as it is, path and headers untouched, and keeps all of the reply. */
const send = (
  base: string,
  method: string,
  path: string,
  {
    body,
    headers = {},
  }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const url = new URL(base)
    const sent = request(
      {
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = `${response.statusCode} ${JSON.stringify(response.rawHeaders)} ${Buffer.concat(chunks).toString()}`
          resolve(text)
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const later = async (reply: Promise<string>): Promise<void> => {
  replies.push(await reply)
}

const make = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
  const reply = await send(api.url, 'POST', path, { body: JSON.stringify(body), headers })
  const { secret, key } = JSON.parse(reply.slice(reply.indexOf('] {') + 2)) as {
    readonly secret: string
    readonly key: { readonly keyId: string }
  }
  expect(secret).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
  secrets.push(secret)
  return { secret, keyId: key.keyId }
}

const keysPath = '/v1/workspaces/demo-a/keys'

/** A secret in every place of the API that takes text. */
const pasteIntoApi = async (secret: string, keyId: string): Promise<void> => {
  const json = (value: unknown): { readonly body: string } => ({ body: JSON.stringify(value) })
  const verifying = (key: string, action: string): Promise<string> =>
    send(api.url, 'POST', '/v1/verify', json({ key, action }))
  for (const text of [secret, secret.slice(0, 64), `note: ${secret}!`]) {
    await later(send(api.url, 'POST', keysPath, json({ name: text })))
    await later(send(api.url, 'PATCH', `${keysPath}/${keyId}`, json({ name: text })))
    await later(send(api.url, 'POST', `${keysPath}/${keyId}/revoke`, json({ note: text })))
    await later(send(api.url, 'POST', `${keysPath}/${keyId}/revoke`, json({ reason: text })))
    await later(send(api.url, 'POST', `${keysPath}/${keyId}/replace`, json({ name: text })))
    await later(send(api.url, 'POST', keysPath, json({ name: 'x', expiresAt: text })))
    await later(send(api.url, 'POST', keysPath, json({ name: 'x', [text]: text })))
    await later(send(api.url, 'POST', keysPath, { body: `{"name":"${text}` }))
    await later(send(api.url, 'POST', keysPath, { body: text }))
    await later(verifying(text, text))
    await later(verifying(secret, text))
  }
  await later(send(api.url, 'GET', `/v1/workspaces/${secret}/keys`))
  await later(send(api.url, 'GET', `${keysPath}/${secret}`))
  await later(send(api.url, 'GET', `/${secret}`))
  await later(send(api.url, 'GET', `${keysPath}?cursor=${secret}&limit=${secret}&${secret}=1`))
  await later(send(api.url, 'GET', `/v1/workspaces/demo-a/activity?keyId=${secret}&since=${secret}`))
  const headers = {
    'user-agent': secret,
    'idempotency-key': secret,
    cookie: secret,
    authorization: `Bearer ${secret}`,
  }
  await later(send(api.url, 'POST', keysPath, { ...json({ name: '' }), headers }))
  await later(send(api.url, 'GET', keysPath, { headers }))
  await later(send(api.url, 'GET', keysPath, { headers: { origin: secret } }))
  await later(send(api.url, 'GET', keysPath, { headers: { host: secret } }))
  await later(send(api.url, 'GET', keysPath, { headers: { 'content-type': secret } }))
  await later(verifying(`${secret.slice(0, -1)}x`, 'wrong checksum'))
}

/** The same for the MCP server, with the key as the bearer as well. */
const pasteIntoMcp = async (secret: string): Promise<void> => {
  const post = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const response = await postMcp(mcp.url, secret, body, headers)
    replies.push(`${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`)
  }
  for (const text of [secret, secret.slice(0, 64), `note: ${secret}!`]) {
    await post(toolCall(text))
    await post(toolCall('review_activity', { keyId: text }))
    await post(toolCall('list_keys', { [text]: text }))
    await post(toolCall('whoami', {}, text))
    await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method: text }))
    await post(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-06-18',
          capabilities: {},
          clientInfo: { name: text, version: text },
        },
      }),
    )
    await post(text)
    await post(`{"jsonrpc":"2.0","id":1,"method":"${text}`)
    await post(toolCall('whoami'), {
      'user-agent': text,
      'mcp-session-id': text,
      'mcp-protocol-version': text,
    })
  }
  await later(send(mcp.url, 'GET', `/mcp?key=${secret}`, { headers: { authorization: secret } }))
  await later(send(mcp.url, 'GET', `/${secret}`))
  await later(
    send(mcp.url, 'DELETE', '/mcp', { headers: { authorization: `Basic ${secret}`, origin: secret } }),
  )
}

const stored = async (when: string): Promise<ReadonlyArray<readonly [string, Buffer]>> =>
  (await installation.stored()).map(([name, content]) => [`${name} ${when}`, content] as const)

describe.each(stores)('on %s', (store) => {
  installBefore(store)

  test('a secret is in the reply that made it and nowhere else', async () => {
    const first = await make(keysPath, { name: 'Work laptop' })
    const second = await make(keysPath, { name: 'CI server' }, { 'idempotency-key': 'once' })
    const third = await make(`${keysPath}/${second.keyId}/replace`, {})
    await later(
      send(api.url, 'POST', keysPath, {
        body: '{"name":"CI server"}',
        headers: { 'idempotency-key': 'once' },
      }),
    )
    await later(
      send(api.url, 'POST', keysPath, { body: '{"name":"other"}', headers: { 'idempotency-key': 'once' } }),
    )

    for (const transport of ['http', 'stdio'] as const) {
      const agent = await connectAgent(transport, mcp.url, first.secret)
      for (const tool of ['whoami', 'list_keys', 'review_activity']) replies.push(await agent.callTool(tool))
      await agent.close()
    }
    for (const { secret, keyId } of [first, third]) {
      await pasteIntoApi(secret, keyId)
      await pasteIntoMcp(secret)
    }
    // By now the pasting may have revoked a key without a note; refused uses are part of it.
    await later(send(api.url, 'POST', `${keysPath}/${first.keyId}/revoke`, { body: '{}' }))
    await pasteIntoMcp(first.secret)
    await later(send(api.url, 'GET', '/v1/workspaces/demo-a/activity?limit=200'))
    await later(send(api.url, 'GET', keysPath))

    const running = await stored('while running')
    // What is looked through is the log, and not an empty place: it holds what every log holds.
    expect(running.some(([, content]) => content.includes('KeyCreated'))).toBe(true)
    await Promise.all([api.stop(), mcp.stop()])
    const places = [
      ...running,
      ...(await stored('after the stop')),
      ['output of the API', Buffer.from(api.output())] as const,
      ['output of the MCP server', Buffer.from(mcp.output())] as const,
      ...replies.map((reply, i) => [`reply ${i}: ${reply.slice(0, 60)}`, Buffer.from(reply)] as const),
    ]
    console.log(
      `${secrets.length} secrets in ${formsOf(secrets[0]!).length} forms each looked for in ` +
        `${running.length} places on ${store}, ${replies.length} replies, 2 outputs`,
    )
    expect(leaks(secrets, places)).toEqual([])
  }, 60_000)
})

test('control: a planted line is found in each form', () => {
  const secret = 'detrics_0352sVY7LvDaYB2SC7yyvO_0123456789abcdefghijklmnopqrstuv123456'
  const part = secret.slice(-38)
  const planted = [
    secret,
    part.slice(7, 19),
    Buffer.from(`x${part}`).toString('hex'),
    Buffer.from(part).toString('base64'),
    Buffer.from(`a${part}b`).toString('base64'),
    Buffer.from(`ab${part}c`).toString('base64'),
  ].map((text) => Buffer.from(`{"line":"${text}"}`))
  planted.push(Buffer.from(`x${part}`, 'utf16le'), Buffer.from(part, 'utf16le').swap16())
  for (const line of planted) expect(leaks([secret], [['planted', line]])).not.toEqual([])
  expect(leaks([secret], [['innocent', Buffer.from('detrics_0352sVY7LvDaYB2SC7yyvO_…')]])).toEqual([])
})

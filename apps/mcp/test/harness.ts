import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createGate, createMcpApp, loopbackHosts, type McpApp } from '@detrics/keys-mcp'
import { fakeKeys, type FakeKeys } from './fake-keys.js'

export const endpoint = 'http://127.0.0.1:4100/mcp'
export const eras = ['2025-11-25', '2026-07-28'] as const
export type Era = (typeof eras)[number]

export interface Harness {
  readonly fake: FakeKeys
  readonly app: McpApp
}

export const harness = (): Harness => {
  const fake = fakeKeys()
  return {
    fake,
    app: createMcpApp({ keys: fake.keys, gate: createGate(fake.keys), hosts: loopbackHosts(4100) }),
  }
}

/** Options of the official client that make it speak one era and no other. */
export const speaking = (era: Era) =>
  era === '2026-07-28' ? { versionNegotiation: { mode: { pin: era } } as const } : {}

/** The official client of an era, connected in this process. */
export const connect = async (app: McpApp, era: Era, secret?: string): Promise<Client> => {
  const client = new Client({ name: 'agent', version: '1.2.3' }, speaking(era))
  await client.connect(
    new StreamableHTTPClientTransport(new URL(endpoint), {
      fetch: (url, init) => app.fetch(new Request(url, init), { address: '127.0.0.1' }),
      ...(secret === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${secret}` } } }),
    }),
  )
  return client
}

/** A bare POST, for what no client would send. */
export const post = (
  app: McpApp,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  app.fetch(
    new Request(endpoint, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    }),
    { address: '127.0.0.1' },
  )

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

export const call = (name: string, args: object = {}, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

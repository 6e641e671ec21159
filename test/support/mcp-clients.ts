import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { bridgeProgram } from './processes.js'

/** Both ways in which agents reach the server, with the official client. */
export const transports = ['http', 'stdio'] as const
export type Transport = (typeof transports)[number]

/** What agents of today speak, and what they begin to speak. */
export const eras = ['2025-11-25', '2026-07-28'] as const
export type Era = (typeof eras)[number]

export interface Agent {
  readonly tools: () => Promise<ReadonlyArray<string>>
  /** The text of a tool's result; rejects with what the agent is shown when the call is refused. */
  readonly callTool: (name: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** An agent that has the key, connected: over HTTP, or over stdio through the bridge. */
export const connectAgent = async (
  transport: Transport,
  mcpUrl: string,
  secret: string,
  era: Era = '2025-11-25',
): Promise<Agent> => {
  const negotiation = era === '2026-07-28' ? { versionNegotiation: { mode: { pin: era } } as const } : {}
  const client = new Client({ name: 'agent', version: '1.0.0' }, negotiation)
  await client.connect(transport === 'http' ? overHttp(mcpUrl, secret) : overStdio(mcpUrl, secret))
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name) => {
      const { content, isError } = await client.callTool({ name, arguments: {} })
      const text = JSON.stringify(content)
      if (isError === true) throw new Error(text)
      return text
    },
    close: () => client.close(),
  }
}

const overHttp = (mcpUrl: string, secret: string): StreamableHTTPClientTransport =>
  new StreamableHTTPClientTransport(new URL(mcpUrl), {
    requestInit: { headers: { authorization: `Bearer ${secret}` } },
  })

const overStdio = (mcpUrl: string, secret: string): StdioClientTransport =>
  new StdioClientTransport({
    command: process.execPath,
    args: [bridgeProgram],
    env: { PATH: process.env['PATH'] ?? '', DETRICS_API_KEY: secret, DETRICS_MCP_URL: mcpUrl },
    stderr: 'pipe',
  })

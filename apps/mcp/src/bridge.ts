#!/usr/bin/env node
import { StreamableHTTPClientTransport, type JSONRPCMessage } from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Standing } from './bridge/answers.js'
import { plainUserAgent, userAgentFor } from './bridge/eras.js'
import { withKey } from './bridge/http.js'
import { keySource } from './bridge/key-source.js'
import { createRelay } from './bridge/relay.js'
import { endpointOf } from './bridge/settings.js'

/*
 * MCP over stdio for agents that start a program: it carries the messages to the endpoint over HTTP, with the key
 * from its environment. It never ends because of a key, since all that a person would see is a closed connection.
 */

const say = (line: string): void => void process.stderr.write(`detrics-mcp: ${line}\n`)

/** One line when things change, and none while they stay as they are. */
const announcer = (): ((standing: Standing, sentence: string) => void) => {
  let last = ''
  return (standing, sentence) => {
    const line = standing === 'connected' ? 'Connected' : sentence
    if (line !== last) say(line)
    last = line
  }
}

const run = async (url: URL): Promise<void> => {
  const agent = new StdioServerTransport()
  let userAgent = plainUserAgent
  const endpoint = new StreamableHTTPClientTransport(url, {
    fetch: withKey(keySource(process.env), () => userAgent),
  })
  const relay = createRelay({
    endpoint,
    reply: (message) => void agent.send(message).catch(() => undefined),
    onStanding: announcer(),
  })
  endpoint.onmessage = relay.fromEndpoint
  agent.onmessage = (message: JSONRPCMessage) => {
    userAgent = userAgentFor(message) ?? userAgent
    relay.fromAgent(message)
  }
  // The agent has closed its end: nobody is left to answer to.
  agent.onclose = () => process.exit(0)
  await endpoint.start()
  await agent.start()
}

const endpoint = endpointOf(process.env)
if (isLeft(endpoint)) {
  say(endpoint.left)
  process.exitCode = 78
} else await run(endpoint.right)

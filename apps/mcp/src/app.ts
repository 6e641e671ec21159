import type { Keys } from '@detrics/keys'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Caller, Gate } from './gate/gate.js'
import { refuseForeign } from './gate/loopback.js'
import { noOAuth, notFound } from './gate/replies.js'
import { whileActive } from './gate/while-active.js'
import { serverFactory } from './server.js'

/** The MCP endpoint as a function of web-standard requests. */
export interface McpApp {
  readonly fetch: (request: Request, caller?: Caller) => Promise<Response>
  readonly close: () => Promise<void>
}

export interface McpAppParts {
  readonly keys: Pick<Keys, 'get' | 'list' | 'activity'>
  readonly gate: Gate
  /** The values of `Host` that are served, in lower case and with their port. */
  readonly hosts: ReadonlyArray<string>
}

/** Puts the checks in their order: host and origin, then the route, then the key, and only then the request itself. */
export const createMcpApp = ({ keys, gate, hosts }: McpAppParts): McpApp => {
  const handler = createMcpHandler(serverFactory(keys))
  const fetch: McpApp['fetch'] = async (request, caller) => {
    const refused = refuseForeign(request, hosts) ?? refuseRoute(new URL(request.url).pathname)
    if (refused !== undefined) return refused
    const passed = await gate(request, caller)
    if (passed instanceof Response) return passed
    return whileActive(passed, ({ request: released, authInfo, body }) =>
      handler.fetch(released, { authInfo, ...(body === undefined ? {} : { parsedBody: body }) }),
    )
  }
  return { fetch, close: () => handler.close() }
}

/** Where clients look for OAuth when a key was refused, below the endpoint's own path too. */
const oauth = /^(\/mcp)?\/(\.well-known\/(oauth-|openid-configuration).*|register|authorize|token)$/

const refuseRoute = (path: string): Response | undefined => {
  if (path === '/mcp') return undefined
  return oauth.test(path) ? noOAuth() : notFound()
}

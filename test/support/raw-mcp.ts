/** A JSON-RPC request to the MCP endpoint as a bare POST, for what no client would send. */
export const postMcp = (
  mcpUrl: string,
  secret: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  })

/** The body of a tool call. */
export const toolCall = (name: string, args: object = {}, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

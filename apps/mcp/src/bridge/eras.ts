import {
  PROTOCOL_VERSION_META_KEY,
  isInitializeRequest,
  isJSONRPCRequest,
  type JSONRPCMessage,
} from '@modelcontextprotocol/client'

/**
 * Which protocol version the headers of a message must name, where the message itself decides it: none for the
 * handshake of the older era, the version in the envelope from 2026-07-28 on. Undefined: as the message before.
 */
export const versionFor = (message: JSONRPCMessage): string | undefined => {
  if (isInitializeRequest(message)) return ''
  if (!isJSONRPCRequest(message)) return undefined
  const version: unknown = message.params?._meta?.[PROTOCOL_VERSION_META_KEY]
  return typeof version === 'string' ? version : undefined
}

/** The version that the handshake settled on, if this is its result. */
export const settledVersion = (message: JSONRPCMessage): string | undefined => {
  const version: unknown = 'result' in message ? message.result['protocolVersion'] : undefined
  return typeof version === 'string' ? version : undefined
}

const own = 'detrics-mcp/0.1.0'

/** The bridge's user agent, with the agent in front that the handshake declares, so that a review shows who it was. */
export const userAgentFor = (message: JSONRPCMessage): string | undefined => {
  if (!isInitializeRequest(message)) return undefined
  const { name, version } = message.params.clientInfo
  const product = [name, version]
    .map((part) => part.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64))
    .join('/')
  return `${product} ${own}`
}

export const plainUserAgent = own

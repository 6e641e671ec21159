import {
  SdkHttpError,
  parseJSONRPCMessage,
  type JSONRPCErrorResponse,
  type RequestId,
} from '@modelcontextprotocol/client'
import {
  unauthorizedCode,
  unauthorizedMessage,
  unavailableCode,
  unavailableMessage,
  unreachableMessage,
} from '../sentences.js'

/** How things stand between the bridge and the endpoint; a change of it is one line for a person. */
export type Standing = 'connected' | 'unauthorized' | 'unavailable' | 'refused'

/** Why a message got no answer from the endpoint: what the agent is told instead. */
export interface Failure {
  readonly standing: Standing
  readonly error: JSONRPCErrorResponse['error']
}

/** There is no key to present, or none that could be sent; thrown through the SDK's transport. */
export class KeyUnusable extends Error {
  override readonly name = 'KeyUnusable'
}

export const errorResponse = (id: RequestId, error: JSONRPCErrorResponse['error']): JSONRPCErrorResponse => ({
  jsonrpc: '2.0',
  id,
  error,
})

export const unavailableFailure = (message: string): Failure => ({
  standing: 'unavailable',
  error: { code: unavailableCode, message },
})

/** Reads what the SDK's transport threw. Only what is known to be harmless of it is passed on. */
export const failureOf = (thrown: unknown): Failure => {
  if (thrown instanceof KeyUnusable) return unauthorized(thrown.message, 'missing_api_key')
  if (!(thrown instanceof SdkHttpError)) return unavailableFailure(unreachableMessage)
  const { status, text } = thrown.data
  if (status === 401) return unauthorized(unauthorizedMessage, 'invalid_api_key')
  if (status === 503) return unavailableFailure(unavailableMessage)
  if (status >= 500 || status === 429) return unavailableFailure(unreachableMessage)
  return {
    standing: 'refused',
    error: errorIn(text) ?? {
      code: unavailableCode,
      message: `The MCP endpoint refused the request with HTTP ${status}; check DETRICS_MCP_URL`,
    },
  }
}

const unauthorized = (message: string, reason: string): Failure => ({
  standing: 'unauthorized',
  error: { code: unauthorizedCode, message, data: { reason, httpStatus: 401 } },
})

/** The endpoint's own JSON-RPC error, which says more than its status. */
const errorIn = (body: unknown): JSONRPCErrorResponse['error'] | undefined => {
  try {
    const { error } = JSON.parse(String(body)) as { readonly error?: unknown }
    const message = parseJSONRPCMessage({ jsonrpc: '2.0', id: 0, error })
    return 'error' in message ? message.error : undefined
  } catch {
    return undefined
  }
}

import {
  batchMessage,
  foreignCode,
  foreignMessage,
  invalidRequestCode,
  keyInRequestCode,
  keyInRequestMessage,
  noOAuthMessage,
  notFoundMessage,
  notJsonCode,
  notJsonMessage,
  tooLargeCode,
  tooLargeMessage,
  unauthorizedMessage,
  unavailableCode,
  unavailableMessage,
} from '../sentences.js'

/** The id of a JSON-RPC message as it may be echoed; null where there is none or it must not come back. */
export type EchoedId = string | number | null

const noStore = { 'cache-control': 'no-store' }

/** 401: the only answer to a key that is not accepted, whatever the cause. It offers no OAuth, since there is none. */
export const unauthorized = (): Response =>
  Response.json(
    { error: 'invalid_token', error_description: unauthorizedMessage },
    {
      status: 401,
      headers: {
        ...noStore,
        'www-authenticate': `Bearer realm="Detrics", error="invalid_token", error_description="${unauthorizedMessage}"`,
      },
    },
  )

/** 503, never 401: clients remember a 401 and stop trying. */
export const unavailable = (): Response =>
  rpcError(503, { code: unavailableCode, message: unavailableMessage }, null, { 'retry-after': '1' })

export const tooLarge = (): Response => rpcError(413, { code: tooLargeCode, message: tooLargeMessage })

export const notJson = (): Response => rpcError(400, { code: notJsonCode, message: notJsonMessage })

export const batchRefused = (): Response => rpcError(400, { code: invalidRequestCode, message: batchMessage })

export const keyInRequest = (id: EchoedId): Response =>
  rpcError(400, { code: keyInRequestCode, message: keyInRequestMessage }, id)

export const foreign = (): Response => rpcError(403, { code: foreignCode, message: foreignMessage })

/** In the shape of an OAuth error, since that is what shows the sentence to the person in front of a client. */
export const noOAuth = (): Response =>
  Response.json(
    { error: 'invalid_request', error_description: noOAuthMessage },
    { status: 404, headers: noStore },
  )

export const notFound = (): Response =>
  Response.json({ error: 'not_found', error_description: notFoundMessage }, { status: 404, headers: noStore })

const rpcError = (
  status: number,
  error: { readonly code: number; readonly message: string },
  id: EchoedId = null,
  headers: Readonly<Record<string, string>> = {},
): Response => Response.json({ jsonrpc: '2.0', error, id }, { status, headers: { ...noStore, ...headers } })

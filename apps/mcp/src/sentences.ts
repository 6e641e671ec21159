/*
 * The exact sentences that people and agents see, and the codes that go with them. They are the same over HTTP and
 * over stdio, and tests pin them. JSON-RPC reserves −32768 to −32000, so that codes of our own stand outside: −31000
 * less the HTTP status that says the same.
 */

/** One sentence for every cause, so that a refusal tells nobody whether a key exists or existed. */
export const unauthorizedMessage = 'Unauthorized: API key is missing, invalid, expired or revoked'
export const unauthorizedCode = -31401

/** What the bridge says where it has no key to present. */
export const keyNotSetMessage = 'Unauthorized: DETRICS_API_KEY is not set'
export const keyFileMessage =
  'Unauthorized: the file that DETRICS_API_KEY_FILE names cannot be read or is empty'

/** Nothing is said about the key: it could not be checked, or its use could not be put on record. */
export const unavailableMessage =
  'Service unavailable: the API key could not be checked and its use not recorded, try again'
export const unreachableMessage = 'Service unavailable: the MCP endpoint does not answer, try again'
export const busyMessage = 'Service unavailable: too many requests wait for the MCP endpoint, try again'
export const unavailableCode = -32603

export const keyInRequestMessage =
  'Refused: the request contains an API key. Send the key in the Authorization header only; ' +
  'if it went anywhere else, revoke it and make a new one'
export const keyInRequestCode = -31400

export const noOAuthMessage =
  'Unauthorized: this server uses API keys, not OAuth; set the header Authorization: Bearer <API key>'

export const foreignMessage = 'Refused: this Host or Origin is not served here'
export const foreignCode = -31403

export const notFoundMessage = 'Not found: the MCP endpoint is /mcp'

export const tooLargeMessage = 'Refused: the body is larger than 64 KiB'
export const tooLargeCode = -31413

export const notJsonMessage = 'Parse error: the body is not JSON'
export const notJsonCode = -32700

export const batchMessage =
  'Invalid request: a batch has at most 20 messages, and none is allowed from protocol version 2025-06-18 on'
export const invalidRequestCode = -32600

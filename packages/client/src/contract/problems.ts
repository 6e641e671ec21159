import type { FieldProblem } from './codecs/field-problems.js'

/**
 * Every problem that a caller can meet, by its stable code. Codes are for programs and never change; titles and details
 * are for people.
 */
export const problemTable = {
  invalid_request: [400, 'The request does not fit', 'Correct what `errors` names and send it again.'],
  invalid_json: [400, 'The body is not JSON', 'Send one JSON object in UTF-8, with each member once.'],
  body_too_deep: [400, 'The body is nested too deeply', 'Send an object without objects in it.'],
  malformed_http: [400, 'The request is not HTTP as this server reads it', 'Check the client that sent it.'],
  expiry_not_in_future: [
    400,
    'The expiry is not in the future',
    'Choose a later `expiresAt`, or leave it out.',
  ],
  unauthenticated: [401, 'It is not known who asks', 'Send a credential that the server accepts.'],
  token_invalid: [401, 'The credential is not accepted', 'Get a new one from the identity provider.'],
  token_expired: [401, 'The credential has expired', 'Get a new one from the identity provider.'],
  session_expired: [401, 'The session has ended', 'Sign in again.'],
  key_is_no_member: [
    401,
    'An API key does not say which member asks',
    'Agents use keys at the MCP server. Here, sign in or send a token of the identity provider.',
  ],
  origin_refused: [403, 'This origin is not served', 'Call the API from a program, or from its own address.'],
  manager_required: [
    403,
    'This takes the role of a manager',
    'Ask a manager of the workspace to do it, or to give you the role.',
  ],
  member_required: [403, 'This is for members', 'A service credential is for verifying keys only.'],
  service_required: [403, 'This is for services', 'Send the credential of a service.'],
  not_found: [404, 'There is nothing here', 'Check the path.'],
  workspace_not_found: [404, 'There is no such workspace', 'Use one of those that GET /v1/me lists.'],
  key_not_found: [404, 'The workspace has no such key', 'Use one of those that the list of keys shows.'],
  method_not_allowed: [405, 'The path does not know this method', 'Use one that the header Allow names.'],
  request_timeout: [408, 'The request took too long to arrive', 'Send it again, faster.'],
  key_ended: [409, 'The key has ended', 'A revoked or expired key stays as it is: make a new one.'],
  name_taken: [
    409,
    'The name is taken',
    'Another active key of the workspace has this name: choose another.',
  ],
  key_limit_reached: [409, 'The workspace has as many keys as it may have', 'Revoke one that is not needed.'],
  idempotency_key_reused: [
    409,
    'The idempotency key was used for another request',
    'Use a new one for each request.',
  ],
  key_changed: [
    412,
    'The key has been changed since',
    'Read the key again, and send the request with its new entity tag if it is still wanted.',
  ],
  body_too_large: [413, 'The body is larger than 64 KiB', 'Send less.'],
  unsupported_media_type: [
    415,
    'The body is not declared as JSON',
    'Send it with Content-Type: application/json.',
  ],
  wrong_host: [421, 'This host is not served', 'Use the address that the server prints when it starts.'],
  rate_limited: [429, 'Too many requests', 'Wait for as many seconds as the header Retry-After says.'],
  headers_too_large: [431, 'The headers are too large', 'Send fewer or shorter ones.'],
  internal_error: [
    500,
    'The server has a defect',
    'Look whether the request was carried out before you repeat it. The server has the cause in its log.',
  ],
  verification_unavailable: [
    503,
    'It cannot be decided now whether the key is active',
    'Let nothing through on this answer, and ask again: it says nothing about the key.',
  ],
  store_unavailable: [503, 'The store does not answer', 'Nothing was done. Try again.'],
  outcome_not_known: [
    503,
    'It is not known whether this was done',
    'Repeat it with the same Idempotency-Key.',
  ],
  too_much_contention: [503, 'Too many others change this workspace', 'Nothing was done. Try again.'],
  identity_unavailable: [
    503,
    'The identity provider does not answer',
    'Nothing was done, and nothing is said about the credential. Try again.',
  ],
  overloaded: [503, 'The server has more to do than it can', 'Nothing was done. Try again later.'],
  not_ready: [503, 'The server is not ready', 'It serves when the store answers.'],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>

export type ProblemCode = keyof typeof problemTable

/** What is answered instead of a result: RFC 9457. Nothing of the request is repeated in it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly errors?: ReadonlyArray<FieldProblem>
}

export const problem = (code: ProblemCode, errors?: ReadonlyArray<FieldProblem>): Problem => {
  const [status, title, detail] = problemTable[code]
  return {
    type: `urn:detrics:problem:${code}`,
    title,
    status,
    code,
    detail,
    ...(errors === undefined ? {} : { errors }),
  }
}

/** Reads a problem document; undefined for anything else, and for a code that this version does not know. */
export const readProblem = (input: unknown): Problem | undefined => {
  const code = typeof input === 'object' && input !== null && 'code' in input ? input.code : undefined
  if (typeof code !== 'string' || !Object.hasOwn(problemTable, code)) return undefined
  const errors = 'errors' in (input as object) ? (input as { readonly errors: unknown }).errors : undefined
  return problem(code as ProblemCode, Array.isArray(errors) ? errors.filter(isFieldProblem) : undefined)
}

const isFieldProblem = (input: unknown): input is FieldProblem => {
  const { pointer, detail } = (input ?? {}) as Partial<Record<string, unknown>>
  return typeof pointer === 'string' && typeof detail === 'string'
}

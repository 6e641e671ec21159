import type { KeysError } from '@detrics/keys'

/** A part of a request that does not fit: where, as a JSON pointer (RFC 6901), and what to do about it. */
export interface FieldProblem {
  readonly pointer: string
  readonly detail: string
}

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
  origin_refused: [403, 'This origin is not served', 'Call the API from a program, or from its own address.'],
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
  body_too_large: [413, 'The body is larger than 64 KiB', 'Send less.'],
  unsupported_media_type: [
    415,
    'The body is not declared as JSON',
    'Send it with Content-Type: application/json.',
  ],
  wrong_host: [421, 'This host is not served', 'Use the address that the server prints when it starts.'],
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

/** The front door's names of fields where the API has others. */
const pointers: Readonly<Record<string, string>> = {
  after: '/cursor',
  before: '/cursor',
  idempotencyKey: '/Idempotency-Key',
}

const codeOf = (error: Exclude<KeysError, { readonly _tag: 'InvalidInput' }>): ProblemCode =>
  codes[error._tag]

const codes: Readonly<Record<Exclude<KeysError, { readonly _tag: 'InvalidInput' }>['_tag'], ProblemCode>> = {
  KeyNotFound: 'key_not_found',
  KeyEnded: 'key_ended',
  NameTaken: 'name_taken',
  KeyLimitReached: 'key_limit_reached',
  ExpiryNotInFuture: 'expiry_not_in_future',
  RequestReused: 'idempotency_key_reused',
  // Ids are drawn at random by the server: two equal ones are a defect of ours.
  KeyIdTaken: 'internal_error',
  StoreUnavailable: 'store_unavailable',
  OutcomeNotKnown: 'outcome_not_known',
  TooMuchContention: 'too_much_contention',
}

/** The problem for an error of the front door. */
export const problemOf = (error: KeysError): Problem =>
  error._tag === 'InvalidInput'
    ? problem('invalid_request', [
        { pointer: pointers[error.field] ?? `/${error.field}`, detail: error.detail },
      ])
    : problem(codeOf(error))

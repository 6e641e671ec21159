import { operations, type OperationId } from './operations.js'
import type { Access, Operation } from './operation.js'
import type { ProblemCode } from './problems.js'

/** What every operation may answer, whatever it does. */
const always: ReadonlyArray<ProblemCode> = [
  'malformed_http',
  'wrong_host',
  'origin_refused',
  'request_timeout',
  'headers_too_large',
  'internal_error',
]

/** Health and readiness are told without a limit, however much there is to do. */
const ofCredential: ReadonlyArray<ProblemCode> = [
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'session_expired',
  'key_is_no_member',
  'identity_unavailable',
  'rate_limited',
  'overloaded',
]

const ofAccess: Readonly<Record<Access, ReadonlyArray<ProblemCode>>> = {
  anyone: [],
  member: [...ofCredential, 'member_required'],
  viewer: [...ofCredential, 'member_required', 'workspace_not_found'],
  manager: [...ofCredential, 'member_required', 'workspace_not_found', 'manager_required'],
  service: [...ofCredential, 'service_required'],
}

const ofBody: ReadonlyArray<ProblemCode> = [
  'invalid_json',
  'body_too_deep',
  'body_too_large',
  'unsupported_media_type',
]

/** An id that cannot be decoded, or is longer than any there is, makes a path that leads nowhere. */
const ofPath: ReadonlyArray<ProblemCode> = ['not_found']

const ofChange: ReadonlyArray<ProblemCode> = ['store_unavailable', 'outcome_not_known', 'too_much_contention']

/** Every problem that an operation may answer, each once. */
export const problemsOf = (operationId: OperationId): ReadonlyArray<ProblemCode> => {
  const { access, path, body, problems, takesIdempotencyKey, takesIfMatch }: Operation =
    operations[operationId]
  return Array.from(
    new Set<ProblemCode>([
      'invalid_request',
      ...always,
      ...ofAccess[access],
      ...(path.includes('{') ? ofPath : []),
      ...(body === undefined ? [] : ofBody),
      ...(access === 'manager' ? ofChange : []),
      ...(takesIdempotencyKey === true ? (['idempotency_key_reused'] as const) : []),
      ...(takesIfMatch === true ? (['key_changed'] as const) : []),
      ...problems,
    ]),
  )
}

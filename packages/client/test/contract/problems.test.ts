import {
  operationIds,
  operations,
  problem,
  problemTable,
  problemsOf,
  readProblem,
  type ProblemCode,
} from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'

const codes = Object.keys(problemTable) as ReadonlyArray<ProblemCode>

test('the problem codes with their status and title are the ones that programs rely on', () => {
  const rows = Object.entries(problemTable).map(([code, [status, title]]) => `${status} ${code}: ${title}`)
  expect(rows).toMatchInlineSnapshot(`
   [
     "400 invalid_request: The request does not fit",
     "400 invalid_json: The body is not JSON",
     "400 body_too_deep: The body is nested too deeply",
     "400 malformed_http: The request is not HTTP as this server reads it",
     "400 expiry_not_in_future: The expiry is not in the future",
     "401 unauthenticated: It is not known who asks",
     "401 token_invalid: The credential is not accepted",
     "401 token_expired: The credential has expired",
     "401 session_expired: The session has ended",
     "401 key_is_no_member: An API key does not say which member asks",
     "403 origin_refused: This origin is not served",
     "403 manager_required: This takes the role of a manager",
     "403 member_required: This is for members",
     "403 service_required: This is for services",
     "404 not_found: There is nothing here",
     "404 workspace_not_found: There is no such workspace",
     "404 key_not_found: The workspace has no such key",
     "405 method_not_allowed: The path does not know this method",
     "408 request_timeout: The request took too long to arrive",
     "409 key_ended: The key has ended",
     "409 name_taken: The name is taken",
     "409 key_limit_reached: The workspace has as many keys as it may have",
     "409 idempotency_key_reused: The idempotency key was used for another request",
     "412 key_changed: The key has been changed since",
     "413 body_too_large: The body is larger than 64 KiB",
     "415 unsupported_media_type: The body is not declared as JSON",
     "421 wrong_host: This host is not served",
     "429 rate_limited: Too many requests",
     "431 headers_too_large: The headers are too large",
     "500 internal_error: The server has a defect",
     "503 verification_unavailable: It cannot be decided now whether the key is active",
     "503 store_unavailable: The store does not answer",
     "503 outcome_not_known: It is not known whether this was done",
     "503 too_much_contention: Too many others change this workspace",
     "503 identity_unavailable: The identity provider does not answer",
     "503 overloaded: The server has more to do than it can",
     "503 not_ready: The server is not ready",
   ]
  `)
})

test('every problem says in a sentence what to do', () => {
  for (const [status, title, detail] of Object.values(problemTable)) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).toMatch(/^[A-Z][^.]+$/)
    expect(detail).toMatch(/^[A-Z].+\.$/)
  }
})

test('a problem is a document of RFC 9457 with its code, and with errors only where there are any', () => {
  expect(problem('name_taken')).toStrictEqual({
    type: 'urn:detrics:problem:name_taken',
    title: 'The name is taken',
    status: 409,
    code: 'name_taken',
    detail: 'Another active key of the workspace has this name: choose another.',
  })
  const errors = [{ pointer: '/name', detail: 'This is required.' }]
  expect(problem('invalid_request', errors)).toMatchObject({ status: 400, errors })
})

describe('a problem that is read', () => {
  test.each(codes)('is the same again: %s', (code) => {
    const errors = [{ pointer: '/a', detail: 'B.' }]
    expect(readProblem(JSON.parse(JSON.stringify(problem(code))))).toStrictEqual(problem(code))
    expect(readProblem(JSON.parse(JSON.stringify(problem(code, errors))))).toStrictEqual(
      problem(code, errors),
    )
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'name_taken'],
    ['a list', ['name_taken']],
    ['an object without a code', { status: 404, title: 'x' }],
    ['a code of a later version', { ...problem('name_taken'), code: 'name_too_nice' }],
    ['a code that every object has', { ...problem('name_taken'), code: 'constructor' }],
    ['a code that is no text', { ...problem('name_taken'), code: ['name_taken'] }],
  ])('is none that this version knows: %s', (_, input) => {
    expect(readProblem(input)).toBeUndefined()
  })

  test('has our own words for what is ours, whatever else stands in it', () => {
    const read = readProblem({ ...problem('name_taken'), title: '<b>', status: 200, more: 1 })
    expect(read).toStrictEqual(problem('name_taken'))
  })

  test.each<[string, unknown, unknown]>([
    ['no list', 'x', undefined],
    [
      'a list of other things',
      [1, null, { pointer: 1, detail: 'x' }, { pointer: '/a', detail: 'B.' }],
      [{ pointer: '/a', detail: 'B.' }],
    ],
  ])('has those errors in it that are some: %s', (_, errors, read) => {
    expect(readProblem({ ...problem('invalid_request'), errors })?.errors).toEqual(read)
  })
})

describe('what an operation may answer', () => {
  const answers = (code: ProblemCode): ReadonlyArray<string> =>
    operationIds.filter((operationId) => problemsOf(operationId).includes(code))

  test.each(operationIds)('names each problem once: %s', (operationId) => {
    const all = problemsOf(operationId)
    expect(new Set(all).size).toBe(all.length)
  })

  test('covers every problem, but those of paths that lead nowhere', () => {
    const known = new Set(operationIds.flatMap((operationId) => problemsOf(operationId)))
    expect(codes.filter((code) => !known.has(code))).toEqual(['method_not_allowed'])
  })

  test('follows from who may ask it and what it takes', () => {
    const where = (holds: (operation: (typeof operations)[keyof typeof operations]) => boolean) =>
      operationIds.filter((operationId) => holds(operations[operationId]))
    expect(answers('unauthenticated')).toEqual(where(({ access }) => access !== 'anyone'))
    expect(answers('workspace_not_found')).toEqual(where(({ path }) => path.includes('{workspaceId}')))
    expect(answers('not_found')).toEqual(where(({ path }) => path.includes('{')))
    expect(answers('manager_required')).toEqual(where(({ access }) => access === 'manager'))
    expect(answers('service_required')).toEqual(where(({ access }) => access === 'service'))
    expect(answers('invalid_json')).toEqual(where(({ body }) => body !== undefined))
    expect(answers('key_changed')).toEqual(where((of) => 'takesIfMatch' in of))
    expect(answers('idempotency_key_reused')).toEqual(where((of) => 'takesIdempotencyKey' in of))
    expect(answers('outcome_not_known')).toEqual(where(({ access }) => access === 'manager'))
  })
})

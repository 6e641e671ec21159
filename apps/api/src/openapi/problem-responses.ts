import { problem, problemTable, type ProblemCode } from '@detrics/keys-client/contract'
import { headerObject } from './header-object.js'
import type { Json } from './json.js'

const codes = Object.keys(problemTable) as ReadonlyArray<ProblemCode>

export const fieldProblemSchema = {
  type: 'object',
  description: 'A part of a request that does not fit.',
  properties: {
    pointer: {
      type: 'string',
      description:
        'Where: a JSON pointer (RFC 6901) into the body, or a slash and the name of a query parameter or header.',
    },
    detail: { type: 'string', description: 'What to do about it.' },
  },
  required: ['pointer', 'detail'],
}

export const problemSchema = {
  type: 'object',
  description: 'What is answered instead of a result (RFC 9457). Nothing of the request is repeated in it.',
  properties: {
    type: { type: 'string', format: 'uri', description: 'The code as a URN.' },
    title: { type: 'string', description: 'What is the matter, always the same for a code.' },
    status: { type: 'integer', description: 'The status of the reply.' },
    code: { type: 'string', enum: codes },
    detail: { type: 'string', description: 'What to do.' },
    errors: {
      type: 'array',
      maxItems: 50,
      items: { $ref: '#/components/schemas/FieldProblem' },
      description: 'What does not fit, of an `invalid_request`.',
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
}

/** What each problem looks like, by its code; of a path that is not described there is nothing to refer to it. */
export const problemExamples = (): Json =>
  Object.fromEntries(
    codes
      .filter((code) => code !== 'method_not_allowed')
      .map((code) => [
        code,
        {
          summary: problemTable[code][1],
          value: problem(code, code === 'invalid_request' ? [missingName] : undefined),
        },
      ]),
  )

const missingName = { pointer: '/name', detail: 'This is required.' }

/** The responses for these problems, by their status. */
export const problemResponses = (answered: ReadonlyArray<ProblemCode>): Json => {
  const statuses = Array.from(new Set(answered.map((code) => problemTable[code][0]))).sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problemResponse(
        status,
        answered.filter((code) => problemTable[code][0] === status),
      ),
    ]),
  )
}

const problemResponse = (status: number, answered: ReadonlyArray<ProblemCode>): Json => ({
  description: answered.map((code) => `\`${code}\`: ${problemTable[code][1]}.`).join('\n\n'),
  headers: {
    ...(status === 401 ? { 'WWW-Authenticate': headerObject('How to say who asks (RFC 6750).') } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': retryAfter } : {}),
    ...(status >= 500 ? { 'X-Request-Id': requestId } : {}),
  },
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem', properties: { code: { enum: answered } } },
      examples: Object.fromEntries(answered.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
})

const retryAfter = {
  description: 'After how many seconds to try again.',
  schema: { type: 'integer', minimum: 0 },
}

const requestId = headerObject(
  'With this the operator finds the request in the log; not there when the server sheds load.',
)

import type { ProblemCode } from '@detrics/keys-client/contract'
import type { Json } from './json.js'
import { problemResponses } from './problem-responses.js'
import { accessOf } from './security.js'

/** What is served besides the operations of the contract, which are all JSON of a form of ours. */
export const otherPaths = (): Json => ({
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      summary: 'What the process counts',
      description: `For Prometheus and what reads the same form. No label names a workspace, a key, a member or an address.\n\n${accessOf.service.sentence}`,
      tags: ['Operations'],
      security: accessOf.service.security,
      'x-access': 'service',
      responses: {
        200: {
          description: 'The metrics.',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        ...problemResponses([...ofEveryRequest, ...ofCredential, 'service_required']),
      },
    },
  },
  '/v1/openapi.json': {
    get: {
      operationId: 'getOpenApi',
      summary: 'This description',
      description: `The API as OpenAPI 3.1 describes it.\n\n${accessOf.anyone.sentence}`,
      tags: ['Operations'],
      security: accessOf.anyone.security,
      'x-access': 'anyone',
      responses: {
        200: {
          description: 'The description.',
          content: { 'application/json': { schema: openApi } },
        },
        ...problemResponses(ofEveryRequest),
      },
    },
  },
})

const openApi = {
  type: 'object',
  properties: { openapi: { type: 'string' } },
  required: ['openapi'],
  additionalProperties: true,
}

const ofEveryRequest: ReadonlyArray<ProblemCode> = [
  'malformed_http',
  'wrong_host',
  'origin_refused',
  'request_timeout',
  'headers_too_large',
  'internal_error',
  'overloaded',
]

const ofCredential: ReadonlyArray<ProblemCode> = [
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'session_expired',
  'key_is_no_member',
  'identity_unavailable',
  'rate_limited',
]

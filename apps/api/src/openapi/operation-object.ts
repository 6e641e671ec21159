import {
  problemsOf,
  type AnyObject,
  type JsonSchema,
  type Operation,
  type OperationId,
} from '@detrics/keys-client/contract'
import type { Any } from 'io-ts'
import { replyExamples, requestExamples } from './examples.js'
import { headerObject } from './header-object.js'
import type { Json } from './json.js'
import { problemResponses } from './problem-responses.js'
import { accessOf } from './security.js'

type SchemaOf = (codec: Any) => JsonSchema

/** One operation as OpenAPI describes it. */
export const operationObject = (
  operationId: OperationId,
  operation: Operation,
  schemaOf: SchemaOf,
): Json => ({
  operationId,
  summary: operation.summary,
  description: `${operation.description}\n\n${accessOf[operation.access].sentence}`,
  tags: [operation.tag],
  security: accessOf[operation.access].security,
  'x-access': operation.access,
  parameters: [
    ...parametersIn('path', operation.params, schemaOf),
    ...parametersIn('query', operation.query, schemaOf),
    ...headerParameters(operation),
  ],
  ...(operation.body === undefined
    ? {}
    : {
        requestBody: {
          required: operation.body.isRequired,
          content: {
            'application/json': {
              schema: schemaOf(operation.body.shape),
              examples: requestExamples[operationId] ?? {},
            },
          },
        },
      }),
  responses: {
    [operation.reply.status]: success(operationId, operation, schemaOf),
    ...problemResponses(problemsOf(operationId)),
  },
})

const parametersIn = (place: 'path' | 'query', shape: AnyObject, schemaOf: SchemaOf): ReadonlyArray<Json> =>
  Object.entries({ ...shape.required, ...shape.optional }).map(([name, codec]) => {
    const { description, ...schema } = schemaOf(codec)
    return {
      name,
      in: place,
      required: Object.hasOwn(shape.required, name),
      ...(description === undefined ? {} : { description }),
      schema,
    }
  })

const headerParameters = ({ takesIdempotencyKey, takesIfMatch }: Operation): ReadonlyArray<Json> => [
  ...(takesIdempotencyKey === true ? [idempotencyKey] : []),
  ...(takesIfMatch === true ? [ifMatch] : []),
]

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'The same request with the same value is carried out once, however long ago the first one was. With the same value, another request to the same operation is refused.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description:
    'The ETag of the key as it was read: the request is refused when the key has been changed since. `*` is for whatever it has become, as is leaving it out.',
  schema: { type: 'string', pattern: '^("\\d{1,19}"|\\*)$' },
}

const success = (
  operationId: OperationId,
  { reply, takesIdempotencyKey }: Operation,
  schemaOf: SchemaOf,
): Json => ({
  description: reply.status === 201 ? 'Made.' : 'Done.',
  headers: {
    ...(reply.hasEntityTag === true
      ? { ETag: headerObject('The entity tag of `key`, for `If-Match`.') }
      : {}),
    ...(takesIdempotencyKey === true && reply.status === 201
      ? {
          'Idempotency-Replayed': headerObject(
            '`true` when the answer repeats that of an earlier, equal request; otherwise not there.',
          ),
        }
      : {}),
  },
  content: {
    'application/json': { schema: schemaOf(reply.body), examples: replyExamples[operationId] },
  },
})

import { openApiDocument } from '@detrics/keys-api'
import {
  operationIds,
  operations,
  problemTable,
  problemsOf,
  type OperationId,
} from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import type { Any } from 'io-ts'
import { identityOf, jsonOf, openApi } from '../harness.js'
import { contentOf, document, operationsIn, validatorOf, type Placed } from './document.js'

const described = operationsIn(document)
const validate = validatorOf(document)
const isOfContract = ({ operationId }: Placed): boolean => Object.hasOwn(operations, operationId)

test('the operations with their path, access and statuses are the ones that programs rely on', () => {
  const rows = described.map(
    ({ operationId, method, path, 'x-access': access, responses }) =>
      `${operationId}: ${method} ${path} for ${access}: ${Object.keys(responses).join(' ')}`,
  )
  expect(rows).toMatchInlineSnapshot(`
   [
     "getMe: GET /v1/me for member: 200 400 401 403 408 421 429 431 500 503",
     "listKeys: GET /v1/workspaces/{workspaceId}/keys for viewer: 200 400 401 403 404 408 421 429 431 500 503",
     "createKey: POST /v1/workspaces/{workspaceId}/keys for manager: 201 400 401 403 404 408 409 413 415 421 429 431 500 503",
     "getKey: GET /v1/workspaces/{workspaceId}/keys/{keyId} for viewer: 200 400 401 403 404 408 421 429 431 500 503",
     "renameKey: PATCH /v1/workspaces/{workspaceId}/keys/{keyId} for manager: 200 400 401 403 404 408 409 412 413 415 421 429 431 500 503",
     "revokeKey: POST /v1/workspaces/{workspaceId}/keys/{keyId}/revoke for manager: 200 400 401 403 404 408 409 412 413 415 421 429 431 500 503",
     "replaceKey: POST /v1/workspaces/{workspaceId}/keys/{keyId}/replace for manager: 201 400 401 403 404 408 409 412 413 415 421 429 431 500 503",
     "revokeKeys: POST /v1/workspaces/{workspaceId}/keys/revoke for manager: 200 400 401 403 404 408 409 413 415 421 429 431 500 503",
     "reviewActivity: GET /v1/workspaces/{workspaceId}/activity for viewer: 200 400 401 403 404 408 421 429 431 500 503",
     "verifyKey: POST /v1/verify for service: 200 400 401 403 408 413 415 421 429 431 500 503",
     "getHealth: GET /health for anyone: 200 400 403 408 421 431 500",
     "getReadiness: GET /ready for anyone: 200 400 403 408 421 431 500 503",
     "getMetrics: GET /metrics for service: 200 400 401 403 408 421 429 431 500 503",
     "getOpenApi: GET /v1/openapi.json for anyone: 200 400 403 408 421 431 500 503",
   ]
  `)
})

test('the schemas that have a name are these', () => {
  expect(Object.keys(document.components.schemas).toSorted()).toMatchInlineSnapshot(`
   [
     "ActiveVerdict",
     "ActivityEntry",
     "ActivityPage",
     "Actor",
     "ChangeEntry",
     "CreatedKey",
     "FieldProblem",
     "Key",
     "KeyPage",
     "Me",
     "Origin",
     "Problem",
     "RefusedVerdict",
     "ReplacedKey",
     "Revocation",
     "RevokedKeys",
     "ShownKey",
     "Status",
     "UseEntry",
     "Workspace",
   ]
  `)
})

describe('the description', () => {
  test('has every operation of the contract, under its method, path and access', () => {
    const ofContract = described.filter(isOfContract)
    expect(ofContract.map(({ operationId }) => operationId).toSorted()).toEqual(operationIds.toSorted())
    for (const { operationId, method, path, 'x-access': access } of ofContract)
      expect(operations[operationId as OperationId]).toMatchObject({ method, path, access })
  })

  test('is served to anyone, whoever asks, with the public address in it', async () => {
    const api = await openApi({
      publicUrl: 'https://keys.example.com',
      identity: identityOf('unauthenticated'),
    })
    const answer = await api.ask('GET', '/v1/openapi.json')
    expect(jsonOf(answer)).toEqual(JSON.parse(JSON.stringify(openApiDocument('https://keys.example.com'))))
    expect(jsonOf(answer)).toMatchObject({ servers: [{ url: 'https://keys.example.com' }] })
    await api.close()
  })

  test.each(described.map((operation) => [operation.operationId, operation] as const))(
    'says of each operation who may ask, what it does and what every reply holds: %s',
    (_, operation) => {
      expect(operation.description).toMatch(/\.\n\nFor .+\.$/)
      expect(operation.summary).toMatch(/^[A-Z].*[a-z]$/)
      for (const [status, { description, content = {} }] of Object.entries(operation.responses)) {
        expect(description).toMatch(/\.$/)
        const types = Object.keys(content)
        expect([status, types.length]).toEqual([status, 1])
        expect([status, types.includes('application/problem+json')]).toEqual([status, Number(status) >= 400])
      }
    },
  )

  test.each(operationIds)('lists every problem under its status, and no other: %s', (operationId) => {
    const { responses } = described.find((each) => each.operationId === operationId) as Placed
    const listed = Object.entries(responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([status, { content }]) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`),
      )
    const expected = problemsOf(operationId).map((code) => `${problemTable[code][0]} ${code}`)
    expect(listed.toSorted()).toEqual(expected.toSorted())
  })

  test('says of every parameter what it is', () => {
    for (const { parameters = [] } of described)
      for (const { name, description } of parameters)
        expect([name, description]).toEqual([name, expect.any(String)])
  })
})

/** A name, a pointer to a schema, an example of it, and the codec by which the server reads or writes it. */
type Example = readonly [name: string, pointer: string, value: unknown, codec: Any]

const examplesIn = (operation: Placed): ReadonlyArray<Example> => {
  const { body, reply } = operations[operation.operationId as OperationId]
  const requests = operation.requestBody?.content['application/json']?.examples ?? {}
  const replies = operation.responses[reply.status]?.content?.['application/json']?.examples ?? {}
  const { operationId, pointer } = operation
  return [
    ...Object.entries(requests).map(([name, { value }]): Example => [
      `${operationId}: request, ${name}`,
      `${pointer}/requestBody/content/application~1json/schema`,
      value,
      body?.shape as Any,
    ]),
    ...Object.entries(replies).map(([name, { value }]): Example => [
      `${operationId}: reply, ${name}`,
      contentOf(operation, reply.status)?.pointer ?? '',
      value,
      reply.body,
    ]),
  ]
}

const examples = described.filter(isOfContract).flatMap(examplesIn)

describe('the examples', () => {
  test.each(examples)(
    'are read by the server and the client, and fit their schemas: %s',
    (_, pointer, value, codec) => {
      const accepts = validate(pointer)
      expect(accepts(value) ? [] : accepts.errors).toEqual([])
      const read = codec.decode(value) as E.Either<unknown, unknown>
      expect(E.isRight(read) && codec.decode(codec.encode(read.right))).toEqual(read)
    },
  )

  test('are there for every body', () => {
    const named = new Set(examples.map(([name]) => name.replace(/, .*/, '')))
    const bodies = operationIds.flatMap((id) => [
      ...(operations[id].body === undefined ? [] : [`${id}: request`]),
      `${id}: reply`,
    ])
    expect(named).toEqual(new Set(bodies))
  })
})

describe('the schemas of replies', () => {
  const getKey = described.find(({ operationId }) => operationId === 'getKey') as Placed
  const pointer = contentOf(getKey, 200)?.pointer ?? ''
  const [, , example] = examples.find(([name]) => name.startsWith('getKey: reply')) as Example
  const shown = example as { readonly key: object }

  test.each<[string, object]>([
    ['a member that is not described', { ...shown, more: 1 }],
    ['one inside', { key: { ...shown.key, digest: 'x' } }],
    ['a member that is missing', { key: { ...shown.key, name: undefined } }],
    ['a value of another type', { key: { ...shown.key, revision: 42 } }],
    ['a value of another form', { key: { ...shown.key, createdAt: 'yesterday' } }],
    ['a word that there is not', { key: { ...shown.key, status: 'deleted' } }],
  ])('control: refuse %s', (_, reply) => {
    expect(validate(pointer)(JSON.parse(JSON.stringify(reply)))).toBe(false)
    expect(validate(pointer)(shown)).toBe(true)
  })
})

import { jsonSchemaOf, operations } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import { curlOf } from '../src/reference/curl.js'
import { chaptersOf, problemsOf, successOf, type OpenApi, type Operation } from '../src/reference/openapi.js'
import { membersOf, typeWords } from '../src/reference/schema-words.js'

const reply = { description: 'Done.' }
const tree = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64 },
    children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
    either: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
  },
}
const document: OpenApi = {
  info: { title: 'Keys', version: '1' },
  servers: [{ url: 'https://keys.example.com' }],
  tags: [{ name: 'Keys', description: 'Keys.' }, { name: 'Nothing' }],
  paths: {
    '/v1/workspaces/{workspaceId}/keys': {
      post: {
        operationId: 'createKey',
        summary: 'Make a key',
        tags: ['Keys'],
        'x-access': 'manager',
        parameters: [{ name: 'Idempotency-Key', in: 'header' }],
        requestBody: {
          content: { 'application/json': { examples: { one: { value: { name: "Ana's laptop" } } } } },
        },
        responses: {
          '201': { description: 'Made.' },
          '409': {
            content: {
              'application/problem+json': { schema: { properties: { code: { enum: ['name_taken'] } } } },
            },
          },
        },
      },
      get: {
        operationId: 'listKeys',
        summary: 'List',
        tags: ['Keys'],
        'x-access': 'anyone',
        responses: { '200': reply },
      },
    },
  },
  components: {
    schemas: {
      Tree: tree,
      A: {
        type: 'object',
        required: ['kind', 'a'],
        properties: { kind: { const: 'a' }, a: { type: 'string' } },
      },
      B: { type: 'object', required: ['kind'], properties: { kind: { const: 'b' } } },
    },
    examples: { name_taken: { value: { title: 'The name is taken', detail: 'Choose another.' } } },
  },
}

describe('the reference of the API', () => {
  const [chapter] = chaptersOf(document)
  const operation = (id: string): Operation => {
    const found = chapter?.operations.find(({ operationId }) => operationId === id)
    if (found === undefined) throw new Error(`there is no ${id}`)
    return found
  }

  test('has the operations under their tags, and no chapter with nothing in it', () => {
    expect(chaptersOf(document).map(({ name }) => name)).toEqual(['Keys'])
    expect(chapter?.operations.map(({ method, operationId }) => `${method} ${operationId}`)).toEqual([
      'GET listKeys',
      'POST createKey',
    ])
  })

  test('tells the reply from the problems, and says what each problem says', () => {
    expect(successOf(operation('createKey'))?.status).toBe('201')
    expect(problemsOf(operation('createKey'), document)).toEqual([
      { status: '409', code: 'name_taken', title: 'The name is taken', detail: 'Choose another.' },
    ])
  })

  test('names a schema within itself and goes no further', () => {
    const members = membersOf({ $ref: '#/components/schemas/Tree' }, document)
    expect(members.map(({ name, words, isRequired }) => [name, words, isRequired])).toEqual([
      ['name', 'string, 1–64 characters', true],
      ['children', 'list of Tree', false],
      ['either', 'A, or B', false],
    ])
    expect(members[1]?.members).toEqual([])
  })

  test('of several forms the members stand once each, required where all require them', () => {
    const [, , either] = membersOf({ $ref: '#/components/schemas/Tree' }, document)
    expect(either?.members.map(({ name, words, isRequired }) => [name, words, isRequired])).toEqual([
      ['kind', '"a", or "b"', true],
      ['a', 'string', false],
    ])
  })

  test('can put every schema of the contract into words', () => {
    for (const {
      reply: { body },
    } of Object.values(operations))
      expect(membersOf(jsonSchemaOf(body), document).length).toBeGreaterThan(0)
    expect(typeWords({ type: 'integer', minimum: 1, maximum: 200, default: 50 }, document)).toBe(
      'integer, 1–200, by default 50',
    )
  })

  test('shows a command for each operation, with the credential in a variable and the body in one word', () => {
    expect(curlOf(operation('createKey'), document)).toBe(
      [
        'curl -X POST https://keys.example.com/v1/workspaces/demo-a/keys',
        '-H "Authorization: Bearer $DETRICS_TOKEN"',
        '-H "Idempotency-Key: $(uuidgen)"',
        "-H 'Content-Type: application/json'",
        String.raw`-d '{"name":"Ana'\''s laptop"}'`,
      ].join(' \\\n  '),
    )
    expect(curlOf(operation('listKeys'), document)).toBe(
      'curl https://keys.example.com/v1/workspaces/demo-a/keys',
    )
  })
})

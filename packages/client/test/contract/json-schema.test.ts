import {
  annotate,
  closedObject,
  describedAs,
  jsonSchemaOf,
  openObject,
  operations,
  type Collector,
  type JsonSchema,
} from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as t from 'io-ts'

const word = annotate(t.string, { schema: { minLength: 1 }, refusal: 'Give a word.' })
const named = annotate(openObject({ word }, {}), { schema: { description: 'Named.' }, component: 'Named' })

describe('the schema of a codec', () => {
  test.each<[string, t.Any, JsonSchema]>([
    [
      'a closed object',
      closedObject({ a: t.boolean }, { b: t.null }),
      {
        type: 'object',
        properties: { a: { type: 'boolean' }, b: { type: 'null' } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    [
      'an open object, all of whose members are optional',
      openObject({}, { a: t.boolean }),
      {
        type: 'object',
        properties: { a: { type: 'boolean' } },
      },
    ],
    [
      'a list',
      t.readonlyArray(t.array(t.boolean)),
      {
        type: 'array',
        items: { type: 'array', items: { type: 'boolean' } },
      },
    ],
    [
      'a union of literals',
      t.union([t.literal('x'), t.literal(true)]),
      { anyOf: [{ const: 'x' }, { const: true }] },
    ],
    ['one of some words', t.keyof({ x: null, y: null }), { type: 'string', enum: ['x', 'y'] }],
    [
      'an object of io-ts',
      t.readonly(t.strict({ a: t.boolean })),
      {
        type: 'object',
        properties: { a: { type: 'boolean' } },
        required: ['a'],
      },
    ],
    ['an annotated codec, with the annotation laid over', word, { type: 'string', minLength: 1 }],
    [
      'a codec that is described in a place',
      describedAs(word, 'Here.'),
      {
        type: 'string',
        minLength: 1,
        description: 'Here.',
      },
    ],
    [
      'a description of a description',
      describedAs(describedAs(word, 'There.'), 'Here.'),
      {
        type: 'string',
        minLength: 1,
        description: 'Here.',
      },
    ],
  ])('says what it reads: %s', (_, codec, schema) => {
    expect(jsonSchemaOf(codec)).toStrictEqual(schema)
  })

  test('stands for itself where nobody collects, and is named where somebody does', () => {
    expect(jsonSchemaOf(named)).toMatchObject({ type: 'object', description: 'Named.' })
    const collected: Array<string> = []
    const collect: Collector = (component) => {
      collected.push(component)
      return { $ref: `#/${component}` }
    }
    expect(jsonSchemaOf(openObject({ a: named, b: describedAs(named, 'B.') }, {}), collect)).toStrictEqual({
      type: 'object',
      properties: { a: { $ref: '#/Named' }, b: { $ref: '#/Named', description: 'B.' } },
      required: ['a', 'b'],
    })
    expect(collected).toEqual(['Named', 'Named'])
  })

  test('is missing for a codec of an unknown kind: that is a bug, and is said at once', () => {
    expect(() => jsonSchemaOf(closedObject({ n: t.number }, {}))).toThrow('number')
  })

  test('describing a codec in a place changes nothing about it elsewhere', () => {
    describedAs(word, 'Somewhere.')
    expect(jsonSchemaOf(word)).toStrictEqual({ type: 'string', minLength: 1 })
  })
})

/** Every schema in a schema, with the way to it. */
const schemasIn = (schema: unknown, path = ''): ReadonlyArray<readonly [string, JsonSchema]> => {
  if (typeof schema !== 'object' || schema === null) return []
  const inside = Object.entries(schema).flatMap(([name, member]) => schemasIn(member, `${path}/${name}`))
  return [[path, schema as JsonSchema], ...inside]
}

describe('the contract', () => {
  test('shows a secret in the replies that make one and takes one where it is verified, and nowhere else', () => {
    const places = Object.entries(operations).flatMap(([operationId, { query, body, reply }]) =>
      [query, body?.shape, reply.body].flatMap((codec, i) =>
        schemasIn(codec === undefined ? undefined : jsonSchemaOf(codec))
          .filter(([, { description }]) => String(description).startsWith('The whole key'))
          .map(([path]) => `${operationId} ${['query', 'body', 'reply'][i]}${path}`),
      ),
    )
    expect(places.filter((path) => !path.includes('anyOf'))).toEqual([
      'createKey reply/properties/secret',
      'replaceKey reply/properties/secret',
      'verifyKey body/properties/key',
    ])
  })

  test('takes closed objects only: what is misspelt is not passed over', () => {
    for (const { params, query, body } of Object.values(operations))
      for (const codec of [params, query, ...(body === undefined ? [] : [body.shape])])
        expect(jsonSchemaOf(codec)).toMatchObject({ type: 'object', additionalProperties: false })
  })

  test('has a path parameter for each pair of braces, and a body only where there is one to send', () => {
    for (const { path, params, method, body } of Object.values(operations)) {
      expect(Object.keys(params.required)).toEqual(
        Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name),
      )
      expect(Object.keys(params.optional)).toEqual([])
      expect(body === undefined).toBe(method === 'GET')
    }
  })
})

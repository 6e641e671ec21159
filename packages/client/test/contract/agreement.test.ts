import {
  jsonSchemaOf,
  operationIds,
  operations,
  type JsonSchema,
  type Operation,
} from '@detrics/keys-client/contract'
import { Secret, reveal } from '@detrics/keys-client'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Any } from 'io-ts'
import { printSeed, sampled } from '../sampling.js'
import { changed, jsonFor, type Json } from './json-arbitraries.js'

/*
 * The codec decides, and the schema is what others are told: what one of them says, the other must not deny. Where the
 * schema says more on purpose, the codec lets a value pass to the front door, which refuses it in a sentence of its own
 * or answers that there is no such thing.
 */
const saidInTheSchemaOnly = new Set([
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minimum',
  'maximum',
])

interface Part {
  readonly name: string
  readonly codec: Any
  readonly schema: JsonSchema
  readonly isQuery: boolean
}

const partsOf = (operationId: string, { params, query, body, reply }: Operation): ReadonlyArray<Part> => {
  const part = (place: string, codec: Any): Part => ({
    name: `${operationId}: ${place}`,
    codec,
    schema: jsonSchemaOf(codec),
    isQuery: place === 'query',
  })
  return [
    part('params', params),
    part('query', query),
    ...(body === undefined ? [] : [part('body', body.shape)]),
    part('reply', reply.body),
  ]
}

const parts = operationIds.flatMap((operationId) => partsOf(operationId, operations[operationId]))
const table = parts.map((part) => [part.name, part] as const)

// Strict: a keyword or a format that nobody knows would let everything pass.
const ajv = new Ajv2020({ strict: true, allErrors: false })
addFormats.default(ajv)

const relaxed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(relaxed)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([keyword]) => !saidInTheSchemaOnly.has(keyword))
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, relaxed(value)]))
}

/** In a query everything is text; its schema speaks of the number in it. */
const isNumberIn = ({ isQuery, schema }: Part, name: string): boolean =>
  isQuery && (schema['properties'] as Readonly<Record<string, JsonSchema>>)[name]?.['type'] === 'integer'

const mapMembers = (json: unknown, change: (name: string, value: unknown) => unknown): unknown =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(Object.entries(json).map(([name, value]) => [name, change(name, value)]))
    : json

const sent = (part: Part, json: Json): unknown =>
  mapMembers(json, (name, value) =>
    isNumberIn(part, name) && typeof value === 'number' ? String(value) : value,
  )

const described = (part: Part, encoded: unknown): unknown =>
  mapMembers(encoded, (name, value) => (isNumberIn(part, name) ? Number(value) : value))

/** Two secrets are equal to every matcher, since they show nothing. */
const shown = (value: unknown): unknown => {
  if (value instanceof Secret) return { secret: reveal(value) }
  if (Array.isArray(value)) return value.map(shown)
  return typeof value === 'object' && value !== null ? mapMembers(value, (_, member) => shown(member)) : value
}

const decode = ({ codec }: Part, input: unknown): E.Either<unknown, unknown> =>
  codec.decode(input) as E.Either<unknown, unknown>

const expectAccepted = (accepts: ValidateFunction, json: unknown): void => {
  expect(accepts(json) ? [] : accepts.errors).toEqual([])
}

beforeAll(printSeed)

describe('codec and schema agree:', () => {
  test.each(table)('what is read is written as the schema has it, and read again the same: %s', (_, part) => {
    const accepts = ajv.compile(part.schema)
    fc.assert(
      fc.property(jsonFor(part.schema), (json) => {
        expectAccepted(accepts, json)
        const read = decode(part, sent(part, json))
        if (E.isLeft(read)) throw new Error('what the schema accepts was not read')
        const written = part.codec.encode(read.right) as unknown
        expectAccepted(accepts, described(part, written))
        expect(JSON.parse(JSON.stringify(written))).toEqual(written)
        expect(shown(decode(part, written))).toStrictEqual(shown(E.right(read.right)))
        expect(part.codec.is(read.right)).toBe(true)
      }),
      sampled(100),
    )
  })

  test.each(table)(
    'what the schema refuses by its type is not read, and all that it accepts is: %s',
    (_, part) => {
      const accepts = ajv.compile(part.schema)
      const acceptsType = ajv.compile(relaxed(part.schema) as JsonSchema)
      const seen = { refused: 0, accepted: 0 }
      const withChange = jsonFor(part.schema).chain((json) => fc.tuple(fc.constant(json), changed(json)))
      fc.assert(
        fc.property(withChange, ([, json]) => {
          // "5" is another thing than 5, but not in a query.
          fc.pre(
            !part.isQuery ||
              !Object.values(json ?? {}).some((value) => /^"\d+"$/.test(JSON.stringify(value))),
          )
          const isRead = E.isRight(decode(part, sent(part, json)))
          seen[isRead ? 'accepted' : 'refused'] += 1
          const [isFine, isOfTheType] = [accepts(json), acceptsType(json)]
          expect([json, isRead || !isFine]).toEqual([json, true])
          expect([json, isRead && !isOfTheType]).toEqual([json, false])
        }),
        sampled(200),
      )
      expect(seen.refused).toBeGreaterThan(10)
    },
  )
})

test('control: a schema that says something else than its codec is found out', () => {
  const { codec } = parts.find(({ name }) => name === 'createKey: body') as Part
  const accepts = ajv.compile({ ...jsonSchemaOf(codec), additionalProperties: true })
  const isDenied = (json: Json): boolean => accepts(json) && E.isLeft(decode({ codec } as Part, json))
  expect(isDenied({ name: 'x', somethingElse: 1 })).toBe(true)
})

import type { JsonSchema } from '@detrics/keys-client/contract'
import fc from 'fast-check'

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** JSON that a schema of ours accepts; every form that it allows comes about. */
export const jsonFor = (schema: JsonSchema): fc.Arbitrary<Json> => {
  if ('const' in schema) return fc.constant(schema['const'] as Json)
  if ('enum' in schema) return fc.constantFrom(...(schema['enum'] as ReadonlyArray<Json>))
  if ('anyOf' in schema) return fc.oneof(...(schema['anyOf'] as ReadonlyArray<JsonSchema>).map(jsonFor))
  const make = byType[String(schema['type'])]
  if (make === undefined) throw new Error(`no JSON is made for ${JSON.stringify(schema)}`)
  return make(schema)
}

const textFor = (schema: JsonSchema): fc.Arbitrary<Json> => {
  const { format, pattern } = schema
  if (format === 'uuid') return fc.uuid({ version: 7 })
  if (format === 'date-time') return rfc3339
  if (format === 'uri') return fc.webUrl()
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
  const bounds = { minLength: numberIn(schema, 'minLength', 0), maxLength: numberIn(schema, 'maxLength', 80) }
  return fc.oneof(fc.string({ unit: 'binary', ...bounds }), fc.string({ ...bounds }))
}

const wholeNumberFor = (schema: JsonSchema): fc.Arbitrary<Json> =>
  fc.oneof(
    fc.integer({ min: numberIn(schema, 'minimum', 0), max: numberIn(schema, 'maximum', 1_000_000) }),
    fc.constant(numberIn(schema, 'minimum', 0)),
    fc.constant(numberIn(schema, 'maximum', 999_999_999_999_999)),
  )

const listFor = (schema: JsonSchema): fc.Arbitrary<Json> =>
  fc.uniqueArray(jsonFor(schema['items'] as JsonSchema), {
    minLength: numberIn(schema, 'minItems', 0),
    maxLength: Math.min(numberIn(schema, 'maxItems', 8), 8),
    selector: (item) => JSON.stringify(item),
  })

const objectFor = (schema: JsonSchema): fc.Arbitrary<Json> => {
  const members = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>)
  return fc.record(Object.fromEntries(members.map(([name, member]) => [name, jsonFor(member)])), {
    requiredKeys: (schema['required'] ?? []) as string[],
    noNullPrototype: true,
  })
}

const byType: Readonly<Record<string, (schema: JsonSchema) => fc.Arbitrary<Json>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  string: textFor,
  integer: wholeNumberFor,
  array: listFor,
  object: objectFor,
}

const numberIn = (schema: JsonSchema, keyword: string, otherwise: number): number =>
  typeof schema[keyword] === 'number' ? schema[keyword] : otherwise

const instantMsMax = 253_402_300_799_999

/** An instant in every way in which RFC 3339 lets it be written. */
const rfc3339 = fc
  .record({
    ms: fc.oneof(fc.integer({ min: 0, max: instantMsMax }), fc.constantFrom(0, instantMsMax)),
    offset: fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
    fraction: fc.constantFrom(0, 1, 3, 9),
    isSmall: fc.boolean(),
  })
  .map(({ ms, offset, fraction, isSmall }) => {
    const text = rfc3339At(ms, offset, fraction)
    return isSmall ? text.toLowerCase() : text
  })

const rfc3339At = (ms: number, offset: number, fraction: number): string => {
  const local = ms + offset * 60_000
  // With an offset, the local date may leave the four digits of a year.
  if (offset === 0 || local < 0 || local > instantMsMax) return new Date(ms).toISOString()
  const [seconds = '', rest = ''] = new Date(local).toISOString().split('.')
  const digits = fraction === 0 ? '' : `.${rest.slice(0, 3).padEnd(9, '0').slice(0, fraction)}`
  const minutes = Math.abs(offset)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${seconds}${digits}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Any JSON, and what JSON is made of at its ends. */
export const anyJson: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    '',
    'x',
    [],
    {},
    [[]],
    JSON.parse('{"__proto__":1}') as Json,
    1e300,
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
)

/** The same JSON with one place in it changed: its value, or a member taken away, added or misspelt. */
export const changed = (json: Json): fc.Arbitrary<Json> =>
  fc.constantFrom(...placesIn(json)).chain((place) => anyJson.map((value) => place(value)))

type Place = (value: Json) => Json

const placesIn = (json: Json): ReadonlyArray<Place> => {
  const itself: Place = (value) => value
  if (typeof json !== 'object' || json === null) return [itself]
  const names = Object.keys(json)
  const withIt = (name: string, value: Json): Json =>
    Array.isArray(json)
      ? json.map((item: Json, i) => (String(i) === name ? value : item))
      : { ...(json as Readonly<Record<string, Json>>), [name]: value }
  const inside = names.flatMap((name) =>
    placesIn((json as Readonly<Record<string, Json>>)[name] ?? null).map(
      (place): Place =>
        (value) =>
          withIt(name, place(value)),
    ),
  )
  if (Array.isArray(json)) return [itself, ...inside, (value) => [...(json as ReadonlyArray<Json>), value]]
  const without = names.map((name): Place => () => {
    const { [name]: _, ...rest } = json as Readonly<Record<string, Json>>
    return rest
  })
  return [itself, ...inside, ...without, (value) => withIt('somethingElse', value)]
}

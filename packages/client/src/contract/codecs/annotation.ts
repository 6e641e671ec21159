import * as t from 'io-ts'
import type { Annotation, JsonSchema } from './json-schema.js'
import { ObjectType, openObject } from './object-type.js'

/*
 * Kept beside the codecs and not in them, so that every io-ts codec can be annotated, combinators included, and remains
 * what it is.
 */
const annotations = new WeakMap<object, Annotation>()

/** Says of a codec what cannot be seen from its structure; gives the same codec back. */
export const annotate = <C extends t.Any>(codec: C, annotation: Annotation): C => {
  annotations.set(codec, annotation)
  return codec
}

/** The same codec with a description of what it stands for in this place. */
export const describedAs = <A, O>(codec: t.Type<A, O>, description: string): t.Type<A, O> => {
  const copy = new t.Type<A, O>(codec.name, codec.is, codec.validate, codec.encode)
  originals.set(copy, codec)
  return annotate(copy, { schema: { description }, ...refusalIn(codec) })
}

const originals = new WeakMap<object, t.Any>()

const refusalIn = (codec: object): Pick<Annotation, 'refusal'> => {
  const refusal = annotations.get(codec)?.refusal
  return refusal === undefined ? {} : { refusal }
}

/** The sentence for a value that a codec refuses. */
export const refusalOf = (codec: object): string =>
  annotations.get(codec)?.refusal ?? 'Give a value as the documentation has it.'

/** Receives the schemas that have a name of their own, and answers with the reference that stands for each. */
export type Collector = (component: string, schema: () => JsonSchema) => JsonSchema

const inline: Collector = (_component, schema) => schema()

/**
 * The JSON Schema of what a codec reads and writes: its structure as io-ts knows it, with the annotations laid over.
 * A codec of a kind that is not known here must be annotated; it is a bug to leave it out.
 */
export const jsonSchemaOf = (codec: t.Any, collect: Collector = inline): JsonSchema => {
  const annotation = annotations.get(codec)
  const schema = (): JsonSchema => ({ ...structureOf(codec, collect), ...annotation?.schema })
  return annotation?.component === undefined ? schema() : collect(annotation.component, schema)
}

/** The schemas of the kinds of io-ts, by their tags. */
const structures: Readonly<Record<string, (codec: never, collect: Collector) => JsonSchema>> = {
  ArrayType: ({ type }: t.ArrayType<t.Any>, collect) => ({
    type: 'array',
    items: jsonSchemaOf(type, collect),
  }),
  ReadonlyArrayType: ({ type }: t.ReadonlyArrayType<t.Any>, collect) => ({
    type: 'array',
    items: jsonSchemaOf(type, collect),
  }),
  UnionType: ({ types }: t.UnionType<t.Any[]>, collect) => ({
    anyOf: types.map((type) => jsonSchemaOf(type, collect)),
  }),
  LiteralType: ({ value }: t.LiteralType<string>) => ({ const: value }),
  KeyofType: ({ keys }: t.KeyofType<Record<string, unknown>>) => ({
    type: 'string',
    enum: Object.keys(keys),
  }),
  ReadonlyType: ({ type }: t.ReadonlyType<t.Any>, collect) => structureOf(type, collect),
  ExactType: ({ type }: t.ExactType<t.Any>, collect) => structureOf(type, collect),
  InterfaceType: ({ props }: t.InterfaceType<t.AnyProps>, collect) =>
    objectSchema(openObject(props, {}), collect),
  NullType: () => ({ type: 'null' }),
  StringType: () => ({ type: 'string' }),
  BooleanType: () => ({ type: 'boolean' }),
}

const structureOf = (codec: t.Any, collect: Collector): JsonSchema => {
  if (codec instanceof ObjectType) return objectSchema(codec, collect)
  const structure = '_tag' in codec ? structures[String(codec._tag)] : undefined
  if (structure !== undefined) return structure(codec as never, collect)
  const original = originals.get(codec)
  if (original !== undefined) return jsonSchemaOf(original, collect)
  if (annotations.has(codec)) return {}
  throw new Error(`the codec ${codec.name} has no JSON Schema: annotate it`)
}

const objectSchema = ({ required, optional, isClosed }: ObjectType, collect: Collector): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries({ ...required, ...optional }).map(([name, type]) => [name, jsonSchemaOf(type, collect)]),
  ),
  ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
  ...(isClosed ? { additionalProperties: false } : {}),
})

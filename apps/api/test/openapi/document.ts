import { openApiDocument } from '@detrics/keys-api'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/* The description as its readers see it: nothing here knows of the contract that it is made from. */

export interface Schema {
  readonly [keyword: string]: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

interface Content {
  readonly schema: Schema
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly schema: Schema }>>
  readonly content?: Readonly<Record<string, Content>>
}

export interface DescribedOperation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly security: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly 'x-access': string
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<Record<string, Response>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** An operation with the place at which it is described. */
export interface Placed extends DescribedOperation {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  /** Within the document. */
  readonly pointer: string
}

export const document = openApiDocument('http://127.0.0.1:4700') as unknown as Document

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

export const operationsIn = ({ paths }: Pick<Document, 'paths'>): ReadonlyArray<Placed> =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase() as Placed['method'],
      path,
      pointer: `#/paths/${escaped(path)}/${method}`,
    })),
  )

/**
 * Validates by the schemas of a document, each compiled once. In the closed copy of it, an object has the described
 * members and no others: what is not described must not get out.
 */
export const validatorOf = (of: Document): ((pointer: string) => ValidateFunction) => {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  addFormats.default(ajv)
  // The document is no schema itself; only what is referred to in it is.
  ajv.addSchema(closed(of) as Schema, 'document')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer) => {
    const known = compiled.get(pointer)
    if (known !== undefined) return known
    const made = ajv.compile({ $ref: `document${uriFragment(pointer)}` })
    compiled.set(pointer, made)
    return made
  }
}

const uriFragment = (pointer: string): string =>
  `#${pointer.slice(1).split('/').map(encodeURIComponent).join('/')}`

/** A schema beside a reference adds to it and closes nothing, since it does not name the other members. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]))
  return 'properties' in value && !('$ref' in value) && typeof (value as Schema)['type'] === 'string'
    ? { additionalProperties: false, ...members }
    : members
}

/** The pointer to the schema of a response, and the type of its content. */
export const contentOf = (
  { pointer, responses }: Placed,
  status: number,
): { readonly type: string; readonly pointer: string } | undefined => {
  const [type] = Object.keys(responses[status]?.content ?? {})
  return type === undefined
    ? undefined
    : { type, pointer: `${pointer}/responses/${status}/content/${escaped(type)}/schema` }
}

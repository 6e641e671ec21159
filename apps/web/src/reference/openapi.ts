/** A schema, as far as this page reads it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly const?: unknown
  readonly default?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly anyOf?: ReadonlyArray<Schema>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
}

interface Example {
  readonly summary?: string
  readonly value?: unknown
}

interface Media {
  readonly schema?: Schema
  readonly examples?: Readonly<Record<string, Example>>
}

type Content = Readonly<Record<string, Media>>

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: Schema
}

interface Reply {
  readonly description?: string
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>
  readonly content?: Content
}

export interface OperationObject {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags?: ReadonlyArray<string>
  readonly 'x-access'?: string
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Reply>>
}

export interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly servers?: ReadonlyArray<{ readonly url: string }>
  readonly tags?: ReadonlyArray<{ readonly name: string; readonly description?: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components: {
    readonly schemas?: Readonly<Record<string, Schema>>
    readonly examples?: Readonly<Record<string, Example>>
  }
}

/** An operation with where it is. */
export interface Operation extends OperationObject {
  readonly method: string
  readonly path: string
}

export interface Chapter {
  readonly name: string
  readonly description: string | undefined
  readonly operations: ReadonlyArray<Operation>
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The operations under their tags, in the order of the document. */
export const chaptersOf = ({ tags = [], paths }: OpenApi): ReadonlyArray<Chapter> => {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ ...operation, method: method.toUpperCase(), path }]
    }),
  )
  return tags
    .map(({ name, description }) => ({
      name,
      description,
      operations: all.filter((operation) => operation.tags?.includes(name)),
    }))
    .filter(({ operations }) => operations.length > 0)
}

/** The one reply that is no problem. */
export const successOf = ({
  responses,
}: OperationObject): (Reply & { readonly status: string }) | undefined => {
  const [status, reply] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? []
  return status === undefined ? undefined : { ...reply, status }
}

export const mediaOf = (content: Content | undefined): Media | undefined => Object.values(content ?? {})[0]

export interface ProblemLine {
  readonly status: string
  readonly code: string
  readonly title: string
  readonly detail: string
}

/** Every problem that an operation may answer, with what it says. */
export const problemsOf = (
  { responses }: OperationObject,
  { components }: OpenApi,
): ReadonlyArray<ProblemLine> =>
  Object.entries(responses)
    .filter(([status]) => !status.startsWith('2'))
    .flatMap(([status, { content }]) => {
      const codes = mediaOf(content)?.schema?.properties?.['code']?.enum ?? []
      return codes.map((code) => {
        const { title, detail } = (components.examples?.[String(code)]?.value ?? {}) as Partial<ProblemLine>
        return { status, code: String(code), title: title ?? '', detail: detail ?? '' }
      })
    })

import type { OpenApi, Schema } from './openapi.js'

const nestingMax = 6

/** A schema with its reference followed; what stands beside the reference counts for more. */
export const resolved = (schema: Schema, document: OpenApi): Schema => {
  const name = schema.$ref?.split('/').at(-1)
  const target = name === undefined ? undefined : document.components.schemas?.[name]
  return target === undefined ? schema : { ...target, ...schema }
}

/** What a value must be, in words: `string, 1–64 characters`. */
export const typeWords = (schema: Schema, document: OpenApi): string => {
  const { anyOf, items, type, format } = resolved(schema, document)
  if (anyOf !== undefined)
    return Array.from(new Set(anyOf.map((one) => typeWords(one, document)))).join(', or ')
  if (items !== undefined)
    return ['list of ', nameOf(items) ?? typeWords(items, document), ...limits(schema)].join('')
  const name = nameOf(schema)
  const words =
    name ??
    [type ?? literal(schema) ?? 'anything', ...(format === undefined ? [] : [` (${format})`])].join('')
  return words + limits(resolved(schema, document)).join('')
}

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1)

const literal = ({ const: value }: Schema): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

const limits = ({
  minLength,
  maxLength,
  minimum,
  maximum,
  minItems,
  maxItems,
  ...rest
}: Schema): ReadonlyArray<string> => [
  ...range(minLength, maxLength, ' characters'),
  ...range(minimum, maximum, ''),
  ...range(minItems, maxItems, ' items'),
  ...(rest.enum === undefined ? [] : [`, one of ${rest.enum.map((one) => String(one)).join(', ')}`]),
  ...(rest.default === undefined ? [] : [`, by default ${JSON.stringify(rest.default)}`]),
]

const range = (min: number | undefined, max: number | undefined, unit: string): ReadonlyArray<string> => {
  if (max !== undefined) return [min === undefined ? `, at most ${max}${unit}` : `, ${min}–${max}${unit}`]
  return min === undefined ? [] : [`, at least ${min}${unit}`]
}

/** A member of an object, with the members that it has itself. */
export interface Member {
  readonly name: string
  readonly words: string
  readonly description: string | undefined
  readonly isRequired: boolean
  readonly members: ReadonlyArray<Member>
}

/** The members of a schema and all that is in them; a schema within itself is named there and not repeated. */
export const membersOf = (
  schema: Schema,
  document: OpenApi,
  above: ReadonlyArray<string> = [],
): ReadonlyArray<Member> => {
  const name = nameOf(schema)
  if (above.length > nestingMax || (name !== undefined && above.includes(name))) return []
  const inside = [...above, name ?? '']
  const { properties, required = [], items, anyOf } = resolved(schema, document)
  if (items !== undefined) return membersOf(items, document, inside)
  if (anyOf !== undefined) return together(anyOf.map((one) => membersOf(one, document, inside)))
  return Object.entries(properties ?? {}).map(([member, of]) => ({
    name: member,
    words: typeWords(of, document),
    description: resolved(of, document).description,
    isRequired: required.includes(member),
    members: membersOf(of, document, inside),
  }))
}

/** The members of several forms of an object, each once; required is what every form requires. */
const together = (forms: ReadonlyArray<ReadonlyArray<Member>>): ReadonlyArray<Member> => {
  const named = new Map<string, ReadonlyArray<Member>>()
  for (const member of forms.flat()) named.set(member.name, [...(named.get(member.name) ?? []), member])
  return Array.from(named.values()).flatMap((same) =>
    same.slice(0, 1).map((first) => ({
      ...first,
      words: Array.from(new Set(same.map(({ words }) => words))).join(', or '),
      isRequired: same.length === forms.length && same.every(({ isRequired }) => isRequired),
    })),
  )
}

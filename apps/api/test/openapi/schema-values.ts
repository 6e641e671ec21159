import type { Document, Schema } from './document.js'
import type { Random } from './random.js'

/**
 * In everything that is made up. It is no word of ours and can be no name that a problem may repeat, so whoever finds it
 * in a problem has found a value of the request.
 */
export const trace = 'zq7x'

/** Where something better is known than what a schema says, by the name of a member or parameter. */
export type Hints = Readonly<Record<string, ((random: Random) => unknown) | undefined>>

export interface Making {
  readonly document: Pick<Document, 'components'>
  readonly random: Random
  readonly hints: Hints
}

/** A value that a schema accepts. */
export const valueFor = (making: Making, schema: Schema, name = ''): unknown => {
  const hinted = making.hints[name]?.(making.random)
  if (hinted !== undefined) return hinted
  const of = resolved(making.document, schema)
  if ('const' in of) return of['const']
  if ('enum' in of) return making.random.pick(of['enum'] as ReadonlyArray<unknown>)
  if ('anyOf' in of) return valueFor(making, making.random.pick(of['anyOf'] as ReadonlyArray<Schema>))
  return makers[String(of['type'])]?.(making, of, name)
}

export const resolved = ({ components }: Pick<Document, 'components'>, schema: Schema): Schema => {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  const found = components.schemas[$ref.replace('#/components/schemas/', '')]
  if (found === undefined) throw new Error(`there is no ${$ref}`)
  return found
}

type Maker = (making: Making, schema: Schema, name: string) => unknown

const makers: Readonly<Record<string, Maker>> = {
  null: () => null,
  boolean: ({ random }) => random.chance(0.5),
  integer: ({ random }, schema) =>
    random.int(numberIn(schema, 'minimum', 0), Math.min(numberIn(schema, 'maximum', 1_000), 1_000)),
  string: ({ random }, schema) => textFor(random, schema),
  array: (making, schema, name) => {
    const count = making.random.int(
      numberIn(schema, 'minItems', 0),
      Math.min(numberIn(schema, 'maxItems', 6), 6),
    )
    return Array.from({ length: count }, () => valueFor(making, schema['items'] as Schema, `${name}[]`))
  },
  object: (making, schema) => {
    const required = (schema['required'] ?? []) as ReadonlyArray<string>
    const chosen = Object.entries(schema['properties'] as Readonly<Record<string, Schema>>).filter(
      ([name]) => required.includes(name) || making.random.chance(0.4),
    )
    return Object.fromEntries(chosen.map(([name, member]) => [name, valueFor(making, member, name)]))
  },
}

const numberIn = (schema: Schema, keyword: string, otherwise: number): number =>
  typeof schema[keyword] === 'number' ? schema[keyword] : otherwise

const textFor = (random: Random, schema: Schema): string => {
  const { format, pattern } = schema
  if (format === 'date-time') return instantText(random)
  if (format === 'uuid') return uuid(random)
  if (typeof pattern === 'string') return matching(random, pattern)
  const [min, max] = [numberIn(schema, 'minLength', 0), Math.min(numberIn(schema, 'maxLength', 40), 80)]
  return someText(random, min, max)
}

const alphabets = [
  'abcdefghij KLMNOP-_.0123456789',
  'äöüßÉñ ΣσςЖя नमस्ते',
  '𝔘😀👩‍💻🇳🇵 é',
  '<>"\'&;${}%#?/\\|`',
].map((letters) => Array.from(letters))

/** Text of so many characters, with the trace in it where that fits. */
export const someText = (random: Random, min: number, max: number): string => {
  const length = random.int(Math.max(min, 1), Math.max(max, 1))
  const alphabet = random.pick(alphabets)
  const letters = Array.from({ length }, () => random.pick(alphabet)).join('')
  const marked = `${trace}${random.int(0, 99_999)} ${letters}`
  const cut = Array.from(random.chance(0.7) ? marked : letters).slice(0, length)
  return cut.join('')
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** Mostly in the future, in any of the forms of RFC 3339. */
export const instantText = (random: Random): string => {
  const year = random.chance(0.8) ? random.int(2031, 9998) : random.int(1971, 2020)
  const day = `${year}-${twoDigits(random.int(1, 12))}-${twoDigits(random.int(1, 28))}`
  const time = `${twoDigits(random.int(0, 23))}:${twoDigits(random.int(0, 59))}:${twoDigits(random.int(0, 59))}`
  const offset = `${random.pick(['+', '-'])}${twoDigits(random.int(0, 23))}:${twoDigits(random.int(0, 59))}`
  return `${day}T${time}${random.pick(['', '.5', '.123', '.123456789'])}${random.chance(0.5) ? 'Z' : offset}`
}

export const uuid = (random: Random): string => {
  const hex = (count: number): string =>
    Array.from({ length: count }, () => random.int(0, 15).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-${random.pick(['4', '7'])}${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`
}

/** Only what our patterns are made of: a class of characters with a count, between the ends. */
const matching = (random: Random, pattern: string): string => {
  const [, set = '', min = '1', max = '1'] = /^\^\[(.+)\]\{(\d+),(\d+)\}\$$/.exec(pattern) ?? []
  const isIn = new RegExp(`^[${set}]$`, 'u')
  const letters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).filter((c) =>
    isIn.test(c),
  )
  const length = random.int(Number(min), Math.min(Number(max), 24))
  return Array.from({ length }, () => random.pick(letters)).join('')
}

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

/** A value that a schema does not accept, or hardly any would. */
export const wrongValueFor = (making: Making, schema: Schema): unknown => {
  const { random } = making
  const of = resolved(making.document, schema)
  const other: ReadonlyArray<unknown> = [
    null,
    true,
    0,
    -1,
    1e300,
    `${trace}`,
    [trace],
    { [trace]: trace },
    deep(random.pick([2, 31, 40])),
    JSON.parse(`{"__proto__":{"${trace}":1}}`),
  ]
  const ofType: ReadonlyArray<unknown> =
    of['type'] === 'string'
      ? [
          '',
          ' ',
          trace.repeat(random.pick([20, 130, 2_000])),
          random.pick(horrors),
          `${trace}-01-31T09:00:00Z`,
          '2027-02-30T00:00:00Z',
          `${uuid(random)}${trace}`,
        ]
      : of['type'] === 'array'
        ? [[], Array.from({ length: 1_001 }, () => uuid(random)), [trace, 7], [[uuid(random)]]]
        : [`${trace}`, -5, 1.5, 1e21]
  return random.pick(random.chance(0.6) ? ofType : other)
}

/** Text that other programs have stumbled over. */
export const horrors: ReadonlyArray<string> = [
  `${trace}\u0000`,
  `${trace}\u001b[31m`,
  `${trace}\ud800`,
  `\udc00${trace}`,
  `\u202e${trace}`,
  `\ufeff${trace}`,
  `${trace}\u2028\u2029`,
  `${'e\u0301\u0302\u0303'.repeat(20)}${trace}`,
  `'; DROP TABLE events; -- ${trace}`,
  `../../../../etc/passwd${trace}`,
  `%00%0d%0a${trace}`,
  `\${jndi:ldap://127.0.0.1/${trace}}`,
  `<script>${trace}</script>`,
  `{{7*7}}${trace}`,
  `${trace}\\u0000\\x00`,
  `__proto__${trace}`,
  'ﷺ'.repeat(60),
  '\u{1F469}\u200D'.repeat(30),
  `İıſK${trace}`,
]

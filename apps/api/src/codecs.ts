import { Instant, redactKeys } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { FieldProblem } from './problems.js'

/** A codec whose name is the sentence that a caller reads when a value does not fit. */
const readable = <A>(sentence: string, read: (input: unknown) => A | undefined): t.Decoder<unknown, A> =>
  new t.Type<A, unknown>(
    sentence,
    (input): input is A => read(input) !== undefined,
    (input, context) => {
      const value = read(input)
      return value === undefined ? t.failure(input, context) : t.success(value)
    },
    t.identity,
  )

/** Any string; what it must hold is the front door's to say. */
export const Text = readable('Give a string.', (input) => (typeof input === 'string' ? input : undefined))

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/

/** An instant as RFC 3339 has it; the offset is required, since a local time means nothing here. */
export const InstantText: t.Decoder<unknown, Instant> = readable(
  'Give an instant of RFC 3339 with its offset, such as 2027-01-31T09:00:00Z.',
  (input) => {
    const ms = typeof input === 'string' && rfc3339.test(input) ? Date.parse(input) : Number.NaN
    return Instant.is(ms) ? ms : undefined
  },
)

export const ReasonText = readable('Give one of: requested, compromised, leaked.', (input) =>
  input === 'requested' || input === 'compromised' || input === 'leaked' ? input : undefined,
)

/** A whole number in a query, where everything is text. */
export const NumberText = readable('Give a whole number from 1.', (input) =>
  typeof input === 'string' && /^[1-9]\d{0,14}$/.test(input) ? Number(input) : undefined,
)

type Members = Readonly<Record<string, t.Decoder<unknown, unknown>>>
type Read<D> = D extends t.Decoder<unknown, infer A> ? A : never

type Closed<R extends Members, O extends Members> = {
  readonly [K in keyof R]: Read<R[K]>
} & { readonly [K in keyof O]?: Read<O[K]> }

/** What a request may hold: these members, some required, some not, and no others. */
export interface Shape<A> {
  readonly read: (input: unknown) => E.Either<ReadonlyArray<FieldProblem>, A>
}

/**
 * Refuses members that nobody knows: a misspelt optional member would otherwise be ignored, and a key that was meant
 * to expire would not.
 */
export const closed = <R extends Members, O extends Members>(
  required: R,
  optional: O,
): Shape<Closed<R, O>> => ({
  read: (input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return E.left([{ pointer: '', detail: 'Give a JSON object.' }])
    const members = new Map<string, unknown>(Object.entries(input))
    const problems = [...unknownMembers(members, required, optional), ...missingMembers(members, required)]
    const result: Record<string, unknown> = {}
    for (const [name, codec] of Object.entries({ ...required, ...optional })) {
      if (!members.has(name)) continue
      const decoded = codec.decode(members.get(name))
      if (E.isRight(decoded)) result[name] = decoded.right
      else problems.push({ pointer: pointerTo(name), detail: codec.name })
    }
    return problems.length > 0 ? E.left(problems) : E.right(result as Closed<R, O>)
  },
})

const unknownMembers = (
  members: ReadonlyMap<string, unknown>,
  required: Members,
  optional: Members,
): FieldProblem[] =>
  Array.from(members.keys())
    .filter((name) => !Object.hasOwn(required, name) && !Object.hasOwn(optional, name))
    .slice(0, problemsMax)
    .map((name) => ({ pointer: pointerTo(name), detail: 'Leave this out: there is no such member.' }))

const missingMembers = (members: ReadonlyMap<string, unknown>, required: Members): FieldProblem[] =>
  Object.keys(required)
    .filter((name) => !members.has(name))
    .map((name) => ({ pointer: pointerTo(name), detail: 'This is required.' }))

/** More would help nobody. */
const problemsMax = 20
const nameLengthMax = 64

/** The pointer to a member. Its name comes from outside: keys in it are redacted, and it is cut. */
const pointerTo = (name: string): string =>
  `/${redactKeys(name).slice(0, nameLengthMax).replaceAll('~', '~0').replaceAll('/', '~1')}`

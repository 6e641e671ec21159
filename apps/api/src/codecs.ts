import { Instant, containsKey } from '@detrics/keys'
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

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Whether a day is in the calendar: `Date` takes the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => {
  const ms = Date.parse(`${day}T00:00:00.000Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day)
}

const instantOf = (text: string): number => {
  const day = rfc3339.exec(text)?.[1]
  return day !== undefined && isDay(day) ? Date.parse(text.toUpperCase()) : Number.NaN
}

/** An instant as RFC 3339 has it; the offset is required, since a local time means nothing here. */
export const InstantText: t.Decoder<unknown, Instant> = readable(
  'Give an instant of RFC 3339 with its offset, such as 2027-01-31T09:00:00Z.',
  (input) => {
    const ms = typeof input === 'string' ? instantOf(input) : Number.NaN
    return Instant.is(ms) ? ms : undefined
  },
)

export const ReasonText = readable('Give one of: requested, compromised, leaked.', (input) =>
  input === 'requested' || input === 'compromised' || input === 'leaked' ? input : undefined,
)

/** In a query everything is text. */
const wholeNumber = (input: unknown): number | undefined =>
  typeof input === 'string' && /^[1-9]\d{0,14}$/.test(input) ? Number(input) : undefined

export const NumberText = readable('Give a whole number from 1.', wholeNumber)

/** The cursor of a list whose lines are numbered. */
export const CursorText = readable('Give the `next` of the page before, or leave it out.', wholeNumber)

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
): FieldProblem[] => {
  const known = Object.keys({ ...required, ...optional })
  const unnamed = {
    pointer: '',
    detail: known.length === 0 ? 'Leave out everything.' : `Leave out all but: ${known.join(', ')}.`,
  }
  return Array.from(members.keys())
    .filter((name) => !known.includes(name))
    .slice(0, problemsMax)
    .map((name) =>
      nameable.test(name) && !containsKey(name)
        ? { pointer: pointerTo(name), detail: 'Leave this out: nothing here has this name.' }
        : unnamed,
    )
}

const missingMembers = (members: ReadonlyMap<string, unknown>, required: Members): FieldProblem[] =>
  Object.keys(required)
    .filter((name) => !members.has(name))
    .map((name) => ({ pointer: pointerTo(name), detail: 'This is required.' }))

/** More would help nobody. */
const problemsMax = 20

/** Names that come from outside are repeated only when they can be no secret, nor a piece of one. */
const nameable = /^[A-Za-z][A-Za-z_-]{0,31}$/

/** Names that may stand in a pointer as they are. */
const pointerTo = (name: string): string => `/${name}`

import {
  Actor,
  Instant,
  KeyId,
  MemberId,
  RevocationReason,
  Secret,
  WorkspaceId,
  instantToIso,
  reveal,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { annotate } from './codecs/annotation.js'
import type { Annotation } from './codecs/json-schema.js'

/** A codec that reads by a function; undefined is a value that does not fit. */
const reading = <A, O>(
  is: (input: unknown) => input is A,
  read: (input: unknown) => A | undefined,
  write: (value: A) => O,
  annotation: Annotation,
): t.Type<A, O> =>
  annotate(
    new t.Type<A, O>(
      annotation.component ?? 'value',
      is,
      (input, context) => {
        const value = read(input)
        return value === undefined ? t.failure(input, context) : E.right(value)
      },
      write,
    ),
    annotation,
  )

const isText = (input: unknown): input is string => typeof input === 'string'
const textOf = (input: unknown): string | undefined => (isText(input) ? input : undefined)

/** A text of the caller's; what it must hold besides is the front door's to say, in its own sentences. */
export const text = (annotation: Annotation['schema']): t.Type<string, string> =>
  reading<string, string>(isText, textOf, (value) => value, {
    schema: { type: 'string', ...annotation },
    refusal: 'Give a string.',
  })

/** As many as 15 digits can write. */
const numberTextMax = 999_999_999_999_999

const wholeNumberOf = (input: unknown): number | undefined =>
  isText(input) && /^[1-9]\d{0,14}$/.test(input) ? Number(input) : undefined

const isNumber = (input: unknown): input is number => typeof input === 'number'

/** A whole number in a query, where everything is text. */
export const numberText = (schema: Annotation['schema'], refusal: string): t.Type<number, string> =>
  reading<number, string>(isNumber, wholeNumberOf, String, {
    schema: { type: 'integer', minimum: 1, maximum: numberTextMax, ...schema },
    refusal,
  })

const isCount = (input: unknown): input is number => Number.isSafeInteger(input) && Number(input) >= 0

/** A count in a reply. */
export const Count = reading<number, number>(
  isCount,
  (input) => (isCount(input) ? input : undefined),
  (value) => value,
  { schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
)

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Whether a day is in the calendar: `Date` takes the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => {
  const ms = Date.parse(`${day}T00:00:00.000Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day)
}

const instantOf = (input: unknown): Instant | undefined => {
  const day = isText(input) ? rfc3339.exec(input)?.[1] : undefined
  const ms = isText(input) && day !== undefined && isDay(day) ? Date.parse(input.toUpperCase()) : Number.NaN
  return Instant.is(ms) ? ms : undefined
}

/** An instant as RFC 3339 has it; read with any offset, written in UTC. The offset is required: local time means nothing here. */
export const InstantText = reading<Instant, string>(Instant.is, instantOf, instantToIso, {
  schema: { type: 'string', format: 'date-time', examples: ['2027-01-31T09:00:00.000Z'] },
  refusal: 'Give an instant of RFC 3339 with its offset, such as 2027-01-31T09:00:00Z.',
})

/** From when on a revoked key is ended. */
export const EffectiveText = annotate(t.union([t.literal('immediately'), InstantText]), {
  schema: { description: '`immediately`, or the instant from which on the key is ended.' },
})

const isBigint = (input: unknown): input is bigint => typeof input === 'bigint'

/** The place of a change among those of its workspace; only equality and order mean anything. */
export const RevisionText = reading<bigint, string>(
  isBigint,
  (input) => (isText(input) && /^\d{1,19}$/.test(input) ? BigInt(input) : undefined),
  String,
  { schema: { type: 'string', pattern: '^\\d{1,19}$', examples: ['42'] } },
)

/**
 * The whole key. It stands as text in the one reply that made it and in the request that verifies it, and as a `Secret`,
 * which prints nothing, everywhere else.
 */
export const SecretText = reading<Secret, string>(
  (input): input is Secret => input instanceof Secret,
  (input) => (isText(input) ? new Secret(input) : undefined),
  reveal,
  {
    schema: { type: 'string', maxLength: 512, description: 'The whole key. Treat it like a password.' },
    refusal: 'Give a string.',
  },
)

annotate(KeyId, {
  schema: {
    type: 'string',
    format: 'uuid',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    description: 'A UUID of version 7; no secret.',
  },
})
annotate(WorkspaceId, { schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } })
annotate(MemberId, {
  schema: { type: 'string', pattern: '^\\P{C}{1,256}$', description: 'As the identity provider has it.' },
})
annotate(Actor, { schema: { description: 'Who caused it.' }, component: 'Actor' })
annotate(RevocationReason, { schema: { type: 'string' } })

export { Actor, KeyId, MemberId, RevocationReason, WorkspaceId }

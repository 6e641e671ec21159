import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export interface InstantBrand {
  readonly Instant: unique symbol
}

/** 9999-12-31T23:59:59.999Z: the last instant that the stored form, with four digits of year, can write. */
const instantMsMax = 253402300799999

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z, from 0 to the end of the year 9999. */
export const Instant = t.brand(
  t.number,
  (n): n is t.Branded<number, InstantBrand> => Number.isInteger(n) && n >= 0 && n <= instantMsMax,
  'Instant',
)
export type Instant = t.TypeOf<typeof Instant>

const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** The stored form of an instant, `2026-02-16T09:30:00.000Z`; there is exactly one for each instant. */
export const instantToIso = (instant: Instant): string => new Date(instant).toISOString()

const fromIso = (text: string): number => (isoPattern.test(text) ? Date.parse(text) : Number.NaN)

/** Reads the stored form only: UTC, milliseconds, a real date. */
export const InstantFromIso = new t.Type<Instant, string, unknown>(
  'InstantFromIso',
  Instant.is,
  (input, context) => {
    const ms = typeof input === 'string' ? fromIso(input) : Number.NaN
    return Instant.is(ms) && instantToIso(ms) === input ? E.right(ms) : t.failure(input, context)
  },
  instantToIso,
)

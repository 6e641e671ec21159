import { Instant, instantToIso } from '@detrics/keys'
import { none, some, type Option } from 'fp-ts/lib/Option.js'

export const isoOrNull = (instant: Instant | undefined): string | null =>
  instant === undefined ? null : instantToIso(instant)

const pattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** Reads a day or a date-time with a zone, as models write them: `2026-02-16`, `2026-02-16T09:30:00Z`. */
export const instantOf = (written: string): Option<Instant> => {
  const ms = pattern.test(written) ? Date.parse(written) : Number.NaN
  return Instant.is(ms) ? some(ms) : none
}

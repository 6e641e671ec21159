import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { invalidRequest, position } from '@detrics/keys-domain'
import type { InvalidRequest, Position } from '@detrics/keys-domain'

/** Wide enough for the largest integer that a JavaScript number holds exactly. */
const width = 16
const pattern = /^\d{16}$/

/** The position of the n-th place of a log, from 1: decimal digits of fixed width, so that text order is log order. */
export const positionOf = (place: number): Position => position(String(place).padStart(width, '0'))

/** The place that a position of ours names; 0, which is before the first event, for `none`. */
export const placeAfter = (after: O.Option<Position>): E.Either<InvalidRequest, number> => {
  if (O.isNone(after)) return E.right(0)
  const place = pattern.test(after.value) ? Number(after.value) : Number.NaN
  return Number.isSafeInteger(place)
    ? E.right(place)
    : E.left(invalidRequest('the position was not issued by this store'))
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { invalidRequest, position } from '@detrics/keys-domain'
import type { EventId, InvalidRequest, Position } from '@detrics/keys-domain'

/** Wide enough for a 64-bit integer, which is what the widest of the stores counts with. */
const width = 19
const pattern = /^\d{19}-[0-9a-f]{8}$/
const placeMax = 2n ** 63n - 1n

/** A position taken apart. */
export interface NamedPlace {
  readonly place: bigint
  readonly tag: string
}

/**
 * What a position says of its event: the end of its id, which is random in every version of UUID in use. 32 bits are
 * enough against mistaking one log for another, and no more is asked: nobody gains by forging a position.
 */
export const tagOf = (id: EventId): string => id.slice(-8)

/**
 * The position of an event: its place as decimal digits of fixed width, so that text order is log order, and its tag,
 * so that a log which was set back and went on differently is not taken for the one that was read.
 */
export const positionOf = (place: number | bigint, id: EventId): Position =>
  position(`${String(place).padStart(width, '0')}-${tagOf(id)}`)

/** Takes a position of ours apart; undefined for `none`, which is before the first event. */
export const placeAfter = (after: O.Option<Position>): E.Either<InvalidRequest, NamedPlace | undefined> => {
  if (O.isNone(after)) return E.right(undefined)
  const place = pattern.test(after.value) ? BigInt(after.value.slice(0, width)) : 0n
  return place >= 0n && place <= placeMax && pattern.test(after.value)
    ? E.right({ place, tag: after.value.slice(width + 1) })
    : E.left(invalidRequest('the position was not issued by this store'))
}

import { trailPageLimitMax } from '@detrics/keys-domain'
import type { Checkpoint, TrailEntry, TrailError, UseEntry } from '@detrics/keys-domain'
import * as O from 'fp-ts/lib/Option.js'

export const trailClosed: TrailError = { _tag: 'TrailClosed' }
export const staleCheckpoint: TrailError = { _tag: 'StaleCheckpoint' }
export const trailUnavailable = (cause: string): TrailError => ({ _tag: 'TrailUnavailable', cause })

/** A limit that no caller may ask for; the port has no error of its own for what is a bug of the caller. */
export const isTrailLimit = (limit: number): boolean =>
  Number.isInteger(limit) && limit >= 1 && limit <= trailPageLimitMax

export const trailLimitRefused = trailUnavailable(`the limit is 1 to ${trailPageLimitMax}`)

/** Whether a line tells of a use that counts as the key's last one: a refused attempt is no use of the key. */
export const isAccepted = (entry: TrailEntry): entry is UseEntry =>
  entry.kind === 'used' && entry.outcome === 'accepted'

export const sameCheckpoint = (a: O.Option<Checkpoint>, b: O.Option<Checkpoint>): boolean => {
  if (O.isNone(a) || O.isNone(b)) return O.isNone(a) && O.isNone(b)
  return (
    a.value.logId === b.value.logId &&
    a.value.position === b.value.position &&
    a.value.eventId === b.value.eventId
  )
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { rewound } from '@detrics/keys-domain'
import type { LogPage, Position, Rewound } from '@detrics/keys-domain'
import { positionOf } from '../../shared/position.js'
import type { NamedPlace } from '../../shared/position.js'
import type { Row, SimulatedLog } from './log.js'

export interface PageRequest {
  readonly after: O.Option<Position>
  /** `after`, taken apart. */
  readonly named: NamedPlace | undefined
  readonly limit: number
}

/** How a page of the log is read; mutants read in another way. */
export type ReadPage = (
  log: SimulatedLog,
  request: PageRequest,
  pause: () => Promise<void>,
) => Promise<E.Either<Rewound, LogPage>>

/**
 * Three looks in this order: which place was drawn last, above which places appends are under way, and the rows. An
 * append that was begun after the second look draws above the first; one that had ended before it is in the third.
 */
export const readPage: ReadPage = async (log, request, pause) => {
  const drawn = log.lastDrawn()
  await pause()
  const mark = floorOf(log) ?? drawn
  await pause()
  return pageUpTo(mark, log.rows(), request)
}

export const floorOf = ({ intents }: SimulatedLog): number | undefined =>
  intents.size === 0 ? undefined : Math.min(...[...intents].map(({ floor }) => floor))

/** The page of these rows in which everything up to a place is settled. */
export const pageUpTo = (
  mark: number,
  rows: ReadonlyArray<Row>,
  { after, named, limit }: PageRequest,
): E.Either<Rewound, LogPage> => {
  const place = named === undefined ? 0 : Number(named.place)
  const before = countUpTo(rows, place)
  if (named !== undefined && !stands(rows[before - 1], named)) return E.left(rewound)
  const page = rows.slice(before, before + limit)
  const settled = page.findLast((row) => row.place <= mark)
  return E.right({
    events: page.map(({ event }) => event),
    settled: settled === undefined ? (place <= mark ? after : O.none) : O.some(settled.event.position),
    complete: before + page.length >= rows.length,
  })
}

const stands = (row: Row | undefined, { place, tag }: NamedPlace): boolean =>
  row !== undefined && BigInt(row.place) === place && positionOf(row.place, row.event.id).endsWith(`-${tag}`)

/** How many rows have a place that is not greater; by bisection. */
const countUpTo = (rows: ReadonlyArray<Row>, place: number): number => {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row !== undefined && row.place <= place) low = middle + 1
    else high = middle
  }
  return low
}

import { lastPlace, lowestLock, raw, type LogPlace, type Raw } from './raw.js'

/**
 * Readers that look right and lose events, as the controls: each is one step away from the sound one. Each gives the
 * positions after a position. A short sleep stands where the mistake is, as a busy machine would put one there.
 */
type Read = (on: Raw, log: LogPlace, after: bigint) => Promise<ReadonlyArray<bigint>>

const nap = 'SELECT pg_sleep(0.003)'
const rowsUpTo = ({ schema }: LogPlace): string =>
  `SELECT position FROM ${schema}.events WHERE position > $1 AND position <= $2 ORDER BY position`

const places = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<bigint> =>
  rows.map(([position = '0']) => BigInt(position))
const placeOf = (rows: ReadonlyArray<ReadonlyArray<string | null>>): bigint | undefined => {
  const place = rows[0]?.[0]
  return place === null || place === undefined ? undefined : BigInt(place)
}
const lower = (last: bigint, low: bigint | undefined): bigint =>
  low !== undefined && low < last ? low : last

const readers: Readonly<Record<string, Read>> = {
  /** The sequence's order is taken for that of the commits. */
  naive: async ({ run }, { schema }, after) =>
    places(await run(`SELECT position FROM ${schema}.events WHERE position > $1 ORDER BY position`, [after])),
  /** Only rows of transactions that ended before every running one, but by position: those come in another order. */
  'xmin by position': async ({ run }, { schema }, after) =>
    places(
      await run(
        `SELECT position FROM ${schema}.events WHERE position > $1
         AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY position`,
        [after],
      ),
    ),
  /** The mark and the rows in one statement: the rows are of a snapshot that is older than the look at the locks. */
  'one statement': async ({ run }, log, after) =>
    places(
      await run(
        `WITH nap AS MATERIALIZED (${nap}), last AS MATERIALIZED (SELECT l.last FROM nap, (${lastPlace(log)}) l),
           low AS MATERIALIZED (SELECT l.low FROM last, (${lowestLock(log)}) l)
         SELECT position FROM ${log.schema}.events, last, low
         WHERE position > $1 AND position <= least(last.last, low.low) ORDER BY position`,
        [after],
      ),
    ),
  /** The locks before the last place: a writer that comes between is below the mark and not seen. */
  'locks before last_value': async ({ run }, log, after) => {
    const low = placeOf(await run(lowestLock(log)))
    await run(nap)
    const last = placeOf(await run(lastPlace(log))) ?? 0n
    return places(await run(rowsUpTo(log), [after, lower(last, low)]))
  },
  /** The right steps in one snapshot, which is older than the look at the locks. */
  'repeatable read': async ({ run }, log, after) => {
    await run('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const last =
      placeOf(
        await run(
          `SELECT l.last FROM (${lastPlace(log)}) l, (SELECT count(*) FROM (SELECT FROM ${log.schema}.events LIMIT 1) e) s`,
        ),
      ) ?? 0n
    await run(nap)
    const low = placeOf(await run(lowestLock(log)))
    const found = places(await run(rowsUpTo(log), [after, lower(last, low)]))
    await run('COMMIT')
    return found
  },
}

export const unsoundReaders = Object.keys(readers)

export interface FollowedBy {
  /** What it has been given so far. */
  readonly seen: ReadonlySet<bigint>
  /** Stops; gives the position behind which it would have gone on, so what it has not been given before that is lost. */
  readonly finish: () => Promise<bigint>
}

/** Follows a log with one of the readers, as fast as it can. */
export const followWith = async (name: string, log: LogPlace): Promise<FollowedBy> => {
  const read = readers[name]
  if (read === undefined) throw new Error(`there is no reader "${name}"`)
  const on = await raw(log.url)
  const seen = new Set<bigint>()
  let cursor = 0n
  let isOver = false
  const step = async (): Promise<void> => {
    const found = await read(on, log, cursor)
    for (const position of found) seen.add(position)
    cursor = found.at(-1) ?? cursor
  }
  const following = (async () => {
    while (!isOver) await step()
  })()
  return {
    seen,
    finish: async () => {
      isOver = true
      await following
      await on.close()
      return cursor
    },
  }
}

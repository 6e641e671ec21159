import { placeBits } from './log-schema.js'
import type { Row, Statement } from './session.js'

/*
 * How a reader knows up to which position the log is final, although appends overlap.
 *
 * Three statements, in this order, each a transaction of its own in READ COMMITTED:
 *   (a) the last position given out;
 *   (b) the lowest lock that a writer of this log holds, which is below all that this writer has drawn or will draw;
 *   (c) the rows.
 * The mark is what (a) found, or what (b) found if that is lower. Every event at or below it is seen by (c), or is none.
 * For take a writer that has drawn a position p at or below the mark. It drew p before (a), since later draws are above
 * what (a) found. It had its lock before it drew, at a key below p. Were the lock still held at (b), then (b) would
 * have found that key or a lower one, and the mark would be below p. So it was let go before (b); PostgreSQL lets locks
 * go when the outcome of a transaction can be seen; and (c) began later.
 *
 * Every step is needed: locks before (a) miss a writer that comes between; (b) and (c) in one statement, or in one
 * snapshot, miss a writer that lets go between snapshot and look. That (b) bounds the mark only downwards also makes
 * it harmless if another program takes such locks: the feed waits for it, and no event is lost.
 *
 * The mark of a later read may be lower than that of an earlier one: a writer may stand between its look at the last
 * position and its lock. That takes nothing back, since what was final stays so; see `highestMark`.
 */

/** What a session knows of its log. */
export interface LogFacts {
  /** The log's number, which its locks begin with. */
  readonly namespace: number
  /** The number of the database, as `pg_locks` shows it. */
  readonly database: string
}

/** The key of a lock is this, with the position in its lower bits. */
export const lockBase = ({ namespace }: LogFacts): bigint => BigInt(namespace) << BigInt(placeBits)

/** (a): the last position given out, 0 if none was; and whether this is a replica, which holds no locks of writers. */
export const lastPlaceStatement = (schema: string): Statement => ({
  name: 'last place',
  text: `SELECT CASE WHEN is_called THEN last_value ELSE 0 END, pg_is_in_recovery() FROM ${schema}.event_positions`,
  values: [],
})

/**
 * (b): the lowest position that a lock of this log names. `pg_locks` shows a key of 64 bits as two numbers of 32. Not
 * by process: a transaction that is prepared and not committed has locks and no process.
 */
export const lowestLockStatement = ({ namespace, database }: LogFacts): Statement => ({
  name: 'lowest lock',
  text: `SELECT min((classid::bigint << 32 | objid::bigint) & ${2n ** BigInt(placeBits) - 1n}) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = $1::oid
    AND classid::bigint >> ${placeBits - 32} = $2::bigint`,
  values: [database, namespace],
})

export const placeIn = (row: Row | undefined): bigint | undefined => {
  const place = row?.[0]
  return place === null || place === undefined ? undefined : BigInt(place)
}

/** The mark, of what (a) and (b) found. */
export const markOf = (lastPlace: bigint, lowestLock: bigint | undefined): bigint =>
  lowestLock !== undefined && lowestLock < lastPlace ? lowestLock : lastPlace

/**
 * Remembers the highest mark, so that what was told to be settled is told again by the next read. A read may use only
 * what was known before it began: its rows need not show what a mark rests on that another read has found meanwhile.
 *
 * It holds for this log only, and a log that was set back is another one. It cannot be set back under a living
 * connection, unless its tables are replaced; so the memory ends with any connection, and is not used where the last
 * position is lower.
 */
export interface HighestMark {
  /** To be taken before a read begins. */
  readonly known: () => bigint
  readonly note: (mark: bigint) => void
  readonly forget: () => void
}

export const highestMark = (): HighestMark => {
  let highest = 0n
  return {
    known: () => highest,
    note: (mark) => {
      if (mark > highest) highest = mark
    },
    forget: () => {
      highest = 0n
    },
  }
}

/** The mark of a read, by what was known before it began. */
export const raisedBy = (known: bigint, mark: bigint, lastPlace: bigint): bigint =>
  known > mark && known <= lastPlace ? known : mark

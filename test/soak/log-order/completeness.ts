import type { EventStore, Position } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { isEnough, type Ledger } from './writers.js'

/**
 * Reads the log completely, again and again, as a verification does, and looks whether everything was there that had
 * been acknowledged before the read began. Gives how many reads there were, and the ids that were missing in one.
 */
export const completeReads = async (
  store: EventStore,
  ledger: Ledger,
): Promise<{ readonly reads: number; readonly beyond: number; readonly missing: ReadonlyArray<string> }> => {
  const seen = new Set<string>()
  const missing: Array<string> = []
  let settled: O.Option<Position> = O.none
  let checked = 0
  let reads = 0
  let beyond = 0
  while (!isEnough(ledger)) {
    const before = ledger.acknowledged.length
    let cursor = settled
    for (let isComplete = false; !isComplete;) {
      const page = await store.readAll(cursor, 5_000)()
      if (E.isLeft(page)) throw new Error(JSON.stringify(page.left))
      const { events } = page.right
      for (const { id } of events) seen.add(id)
      if (O.isSome(page.right.settled)) settled = page.right.settled
      isComplete = page.right.complete
      const last = events.at(-1)
      if (last !== undefined) cursor = O.some(last.position)
    }
    if (O.isSome(cursor) && (O.isNone(settled) || settled.value < cursor.value)) beyond += 1
    for (const id of ledger.acknowledged.slice(checked, before)) if (!seen.has(id)) missing.push(id)
    checked = before
    reads += 1
  }
  return { reads, beyond, missing }
}

import * as E from 'fp-ts/lib/Either.js'
import type { NewEvent, RecordedEvent } from '../../packages/domain/src/index.js'
import { acknowledgedEvents } from './ledger.js'
import type { Batch, Ledger } from './ledger.js'
import type { Recovered } from './recover.js'

export interface Finding {
  /** How many acknowledged events are missing or altered. */
  readonly lost: number
  /** All that is wrong, in words; empty when every promise was kept. */
  readonly faults: ReadonlyArray<string>
}

/** Holds what was recovered against what was acknowledged, and against what was submitted at all. */
export const verify = (recovered: Recovered, ledger: Ledger): Finding => {
  if (E.isLeft(recovered)) return { lost: acknowledgedEvents(ledger), faults: [recovered.left] }
  const found = new Map(recovered.right.map((event) => [event.id, event]))
  const faults: Array<string> = []
  let [lost, known] = [0, 0]
  for (const [number, batch] of ledger.batches.entries()) {
    const fault = faultOf(batch, found)
    known += batch.events.filter(({ id }) => found.has(id)).length
    if (fault === undefined) continue
    faults.push(`batch ${number} of ${batch.events.length}: ${fault}`)
    if (batch.position !== undefined) lost += batch.events.length
  }
  if (known !== recovered.right.length)
    faults.push(`${recovered.right.length - known} events were never submitted`)
  return { lost, faults: [...faults, ...holes(recovered.right)] }
}

const faultOf = (batch: Batch, found: ReadonlyMap<string, RecordedEvent>): string | undefined => {
  const events = batch.events.flatMap(({ id }) => found.get(id) ?? [])
  if (events.length === 0) return batch.position === undefined ? undefined : 'acknowledged and lost'
  if (events.length < batch.events.length) return `torn, ${events.length} of its events are there`
  const altered = events.findIndex((event, index) => !isSame(event, batch.events[index]!))
  if (altered >= 0) return `event ${altered} has other bytes`
  const moved = events.find(
    ({ stream, revision }, index) => stream !== batch.stream || revision !== BigInt(batch.first + index),
  )
  if (moved !== undefined) return `an event is in ${moved.stream} at ${moved.revision}`
  const position = events.at(-1)?.position
  const isMoved = batch.position !== undefined && batch.position !== position
  return isMoved ? `acknowledged at ${batch.position}, found at ${position}` : undefined
}

const isSame = (one: NewEvent, other: NewEvent): boolean =>
  one.type === other.type &&
  one.schema === other.schema &&
  one.data === other.data &&
  one.metadata === other.metadata

/** In the order of the log, the revisions of each stream count up from 0. */
const holes = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const next = new Map<string, bigint>()
  return events.flatMap(({ stream, revision }) => {
    const expected = next.get(stream) ?? 0n
    next.set(stream, revision + 1n)
    return revision === expected ? [] : [`${stream} has revision ${revision} where ${expected} belongs`]
  })
}

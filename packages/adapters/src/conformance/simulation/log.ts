import { revision } from '@detrics/keys-domain'
import type { EventId, NewEvent, RecordedEvent, Revision, StreamId } from '@detrics/keys-domain'
import { positionOf } from '../../shared/position.js'

/** An event with its place in the order, which was drawn before it was committed. */
export interface Row {
  readonly place: number
  /** The number of the transaction that wrote it: drawn at its begin, and so in another order than places. */
  readonly transaction: number
  readonly event: RecordedEvent
}

/** What an append holds while it is under way. */
export interface Intent {
  /** Every place that this append draws is above it. */
  readonly floor: number
  readonly transaction: number
}

/**
 * The tables of a simulated server: places are drawn from a sequence, and an append that was begun later may be
 * committed earlier, as in a database. Nothing here waits; the steps of appends and reads wait between each other.
 */
export interface SimulatedLog {
  /** The place that was drawn last, by whomever, committed or not. */
  readonly lastDrawn: () => number
  readonly draw: () => number
  /** What appends under way hold; foreign transactions hold nothing here. */
  readonly intents: Set<Intent>
  readonly nextTransaction: () => number
  /** The transactions under way, those of other programs too. */
  readonly transactions: Set<number>
  /** What is committed, in the order of the places. */
  readonly rows: () => ReadonlyArray<Row>
  readonly commit: (rows: ReadonlyArray<Row>) => void
  readonly find: (id: EventId) => RecordedEvent | undefined
  readonly head: (stream: StreamId) => Revision | undefined
  readonly stream: (stream: StreamId) => ReadonlyArray<RecordedEvent>
  /** One append at a time for each stream and each id, as by the locks of unique indices. */
  readonly locks: Map<string, Promise<void>>
}

export const simulatedLog = (): SimulatedLog => {
  let drawn = 0
  let begun = 0
  const rows: Array<Row> = []
  const byId = new Map<EventId, RecordedEvent>()
  const byStream = new Map<StreamId, Array<RecordedEvent>>()

  const commit = (added: ReadonlyArray<Row>): void => {
    for (const row of added) {
      byId.set(row.event.id, row.event)
      const events = byStream.get(row.event.stream)
      if (events === undefined) byStream.set(row.event.stream, [row.event])
      else events.push(row.event)
    }
    const isAtEnd = (rows.at(-1)?.place ?? 0) < (added[0]?.place ?? 0)
    rows.push(...added)
    if (!isAtEnd) rows.sort((a, b) => a.place - b.place)
  }

  return {
    lastDrawn: () => drawn,
    draw: () => (drawn += 1),
    intents: new Set(),
    nextTransaction: () => (begun += 1),
    transactions: new Set(),
    rows: () => rows,
    commit,
    find: (id) => byId.get(id),
    head: (stream) => byStream.get(stream)?.at(-1)?.revision,
    stream: (stream) => byStream.get(stream) ?? [],
    locks: new Map(),
  }
}

/** Frozen and copied: nobody can change what is recorded. */
export const rowOf = (
  { id, type, schema, data, metadata }: NewEvent,
  { stream, number, place, transaction }: Placed,
): Row => ({
  place,
  transaction,
  event: Object.freeze({
    id,
    type,
    schema,
    data,
    metadata,
    stream,
    revision: revision(number),
    position: positionOf(place, id),
    recordedAt: Date.now(),
  }),
})

interface Placed {
  readonly stream: StreamId
  readonly number: bigint
  readonly place: number
  readonly transaction: number
}

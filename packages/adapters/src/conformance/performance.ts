import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream, pageLimitMax } from '@detrics/keys-domain'
import type { EventStore, Position, RecordedEvent } from '@detrics/keys-domain'
import { lacks } from './capabilities.js'
import { follow, leave, untilCaughtUp, untilCount } from './following.js'
import { answered, underWay } from './guarantee.js'
import type { EventStoreHarness } from './harness.js'
import { atNumber, batch, logAfter, newEvent, ok, stream } from './steps.js'

export interface MeasureOptions {
  /** How much is done of everything; 1 takes a few seconds on a store that syncs each commit. */
  readonly scale?: number
  /** Where the table goes; to standard output unless told. */
  readonly print?: (table: string) => void
}

/** Rates are per second, of appends or of events as their names say; times are in milliseconds. */
export interface EventStoreFigures {
  readonly name: string
  /** Appends of one event, one after the other. */
  readonly appends: number
  /** Events in appends of 100, one after the other. */
  readonly batchedEvents: number
  /** Appends of one event, 32 at a time. */
  readonly concurrentAppends: number
  /** Events read from the whole log in the largest pages. */
  readonly readEvents: number
  /** Events read, parsed and counted by stream: what a read model costs that is built anew. */
  readonly rebuiltEvents: number
  /** From the call of an append to the arrival at a subscription, on another handle where a log can have two. */
  readonly deliveryMsP50: number
  readonly deliveryMsP99: number
}

const counts = { appends: 300, batches: 60, batchSize: 100, callers: 32, rounds: 30, deliveries: 200 }

/** Measures a store on a fresh log, and prints a small table. Compare only figures of one run on one machine. */
export const measureEventStore = async (
  harness: EventStoreHarness,
  { scale = 1, print = (table) => void process.stdout.write(table) }: MeasureOptions = {},
): Promise<EventStoreFigures> => {
  const times = (count: number): number => Math.max(1, Math.round(count * scale))
  const store = await harness.open()
  try {
    const appends = await perSecond(times(counts.appends), (number) =>
      ok(store.append(stream('single'), number === 0 ? noStream : atNumber(number - 1), [newEvent()])),
    )
    const batches = await perSecond(times(counts.batches), (number) => {
      const expected = number === 0 ? noStream : atNumber(number * counts.batchSize - 1)
      return ok(store.append(stream('batched'), expected, batch(counts.batchSize)))
    })
    const rounds = await perSecond(times(counts.rounds), (number) => appendAtOnce(store, number))
    const { readEvents, rebuiltEvents } = await measureReading(store)
    const delivery = await measureDelivery(harness, store, times(counts.deliveries))
    const figures: EventStoreFigures = {
      name: harness.name,
      appends,
      batchedEvents: batches * counts.batchSize,
      concurrentAppends: rounds * counts.callers,
      readEvents,
      rebuiltEvents,
      ...delivery,
    }
    print(figuresTable([figures]))
    return figures
  } finally {
    await answered(store.close())
  }
}

const perSecond = async (count: number, work: (number: number) => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  for (let number = 0; number < count; number++) await work(number)
  return (count * 1_000) / (performance.now() - started)
}

const appendAtOnce = (store: EventStore, round: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: counts.callers }, (_, caller) =>
      ok(
        store.append(stream(`caller-${caller}`), round === 0 ? noStream : atNumber(round - 1), [newEvent()]),
      ),
    ),
  )

type ReadFigures = Pick<EventStoreFigures, 'readEvents' | 'rebuiltEvents'>

const measureReading = async (store: EventStore): Promise<ReadFigures> => {
  const started = performance.now()
  const read = await readWhole(store, () => undefined)
  const between = performance.now()
  const model = new Map<string, number>()
  const rebuilt = await readWhole(store, ({ stream: name, data }) => {
    assert.ok(JSON.parse(data) !== undefined)
    model.set(name, (model.get(name) ?? 0) + 1)
  })
  const ended = performance.now()
  return {
    readEvents: (read * 1_000) / (between - started),
    rebuiltEvents: (rebuilt * 1_000) / (ended - between),
  }
}

const pagesMax = 10_000

const readWhole = async (store: EventStore, visit: (event: RecordedEvent) => void): Promise<number> => {
  let after: O.Option<Position> = O.none
  let count = 0
  for (let page = 0; page < pagesMax; page++) {
    const { events, settled, complete } = await logAfter(store, after, pageLimitMax)
    for (const event of events) visit(event)
    count += events.length
    if (complete) return count
    after = settled
  }
  return assert.fail('the log has no end')
}

type DeliveryFigures = Pick<EventStoreFigures, 'deliveryMsP50' | 'deliveryMsP99'>

const measureDelivery = async (
  harness: EventStoreHarness,
  store: EventStore,
  count: number,
): Promise<DeliveryFigures> => {
  const other = lacks(harness, 'persistent') ? store : await harness.reopen()
  const { position } = await ok(store.append(stream('end'), noStream, [newEvent()]))
  const follower = await follow(harness, other, O.some(position))
  const ms: Array<number> = []
  try {
    await untilCaughtUp(follower)
    for (let number = 0; number < count; number++) {
      const started = performance.now()
      const arrived = underWay(untilCount(follower, 1).then(() => performance.now()))
      await ok(
        store.append(stream('delivered'), number === 0 ? noStream : atNumber(number - 1), [newEvent()]),
      )
      ms.push((await arrived) - started)
      await untilCaughtUp(follower)
    }
  } finally {
    await leave(follower)
    if (other !== store) await answered(other.close())
  }
  const sorted = ms.toSorted((a, b) => a - b)
  const share = (part: number): number => sorted[Math.min(count - 1, Math.floor(count * part))] ?? 0
  return { deliveryMsP50: share(0.5), deliveryMsP99: share(0.99) }
}

/** The figures of several stores, one below the other. */
export const figuresTable = (rows: ReadonlyArray<EventStoreFigures>): string => {
  const whole = (value: number): string => String(Math.round(value)).padStart(11)
  const lines = rows.map((row) =>
    [
      row.name.padEnd(18),
      whole(row.appends),
      whole(row.batchedEvents),
      whole(row.concurrentAppends),
      whole(row.readEvents),
      whole(row.rebuiltEvents),
      row.deliveryMsP50.toFixed(2).padStart(11),
      row.deliveryMsP99.toFixed(2).padStart(11),
    ].join(''),
  )
  const heads = ['append/s', 'by 100 ev/s', '32 at once', 'read ev/s', 'rebuilt', 'deliv. p50', 'p99 ms']
  return `${['store'.padEnd(18), ...heads.map((head) => head.padStart(11))].join('')}\n${lines.join('\n')}\n`
}

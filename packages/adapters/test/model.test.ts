import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream, revision } from '@detrics/keys-domain'
import type { EventStore, NewEvent, RecordedEvent } from '@detrics/keys-domain'
import type { EventStoreHarness } from '@detrics/keys-adapters/conformance'
import { inFolder, memoryHarness, sqliteHarness } from './harness.js'
import { got, newEvent, streamId } from './steps.js'

/*
 * Any history of appends and reads gives the same answers as a model that is too simple to be wrong: one array. The
 * events are drawn from a small pool, so that ids come again, whole and in part, changed and in other places.
 */
const streams = ['a', 'a-1', 'b'].map(streamId)
const pool: ReadonlyArray<NewEvent> = Array.from({ length: 12 }, () => newEvent())

interface Step {
  readonly stream: number
  /** -1 is NoStream. */
  readonly expected: number
  /** Places in the pool. */
  readonly events: ReadonlyArray<number>
  readonly changed: boolean
  readonly viaOther: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  stream: fc.nat({ max: streams.length - 1 }),
  expected: fc.integer({ min: -1, max: 5 }),
  events: fc.array(fc.nat({ max: pool.length - 1 }), { minLength: 1, maxLength: 3 }),
  changed: fc.boolean(),
  viaOther: fc.boolean(),
})

interface Stored {
  readonly stream: string
  readonly revision: number
  readonly event: NewEvent
}

const eventsOf = ({ events, changed }: Step): ReadonlyArray<NewEvent> =>
  events.map((index) => (changed ? { ...pool[index]!, data: '"changed"' } : pool[index]!))

/** What the model says of a step: the name of the outcome, and the log afterwards. */
const modelled = (log: ReadonlyArray<Stored>, step: Step): readonly [string, ReadonlyArray<Stored>] => {
  const stream = streams[step.stream]!
  const events = eventsOf(step)
  if (new Set(step.events).size < step.events.length) return ['InvalidRequest', log]
  const known = events.map((event) => log.find((stored) => stored.event.id === event.id))
  const first = step.expected + 1
  const found = known.filter((stored) => stored !== undefined)
  if (found.length > 0) {
    const isElse = (stored: Stored | undefined, index: number): boolean =>
      stored !== undefined && (stored.stream !== stream || stored.event.data !== events[index]!.data)
    if (known.some(isElse)) return ['EventIdConflict', log]
    if (found.length < events.length) return ['BatchPartlyStored', log]
    const inPlace = found.every((stored, index) => stored.revision === first + index)
    return [inPlace ? 'AlreadyAppended' : 'EventIdConflict', log]
  }
  const length = log.filter((stored) => stored.stream === stream).length
  if (first !== length) return ['WrongExpectedRevision', log]
  return ['Appended', [...log, ...events.map((event, index) => ({ stream, revision: first + index, event }))]]
}

const told = (events: ReadonlyArray<RecordedEvent>) =>
  events.map(({ stream, revision, id, type, schema, data, metadata }) => ({
    stream,
    revision: Number(revision),
    event: { id, type, schema, data, metadata },
  }))

const runBoth = async (store: EventStore, other: EventStore, steps: ReadonlyArray<Step>): Promise<void> => {
  let log: ReadonlyArray<Stored> = []
  for (const step of steps) {
    const [outcome, next] = modelled(log, step)
    const [first, ...rest] = eventsOf(step)
    const expected = step.expected < 0 ? noStream : at(revision(step.expected))
    const handle = step.viaOther ? other : store
    const result = await handle.append(streams[step.stream]!, expected, [first!, ...rest])()
    expect(E.isRight(result) ? result.right.outcome : result.left._tag).toBe(outcome)
    log = next
  }
  expect(told((await got(other.readAll(O.none, 1_000))).events)).toEqual(log)
  for (const stream of streams) {
    const page = await got(store.readStream({ stream, direction: 'forwards', from: 'start', limit: 1_000 }))
    const own = log.filter((stored) => stored.stream === stream)
    expect(told(page.events)).toEqual(own)
    expect(page.head).toEqual(own.length === 0 ? O.none : O.some(revision(own.length - 1)))
  }
}

const expectAsModelled = async (harness: EventStoreHarness, numRuns: number): Promise<void> => {
  const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`Histories against the model: FC_SEED=${seed}\n`)
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const store = await harness.open()
    const other = harness.persistent ? await harness.reopen() : store
    await runBoth(store, other, steps).finally(() => Promise.all([store.close(), other.close()]))
  })
  await fc.assert(property, { seed, numRuns })
}

describe('any history of appends gives what the model gives', () => {
  test('in memory', async () => {
    await expectAsModelled(memoryHarness, 300)
  })
  test('in SQLite', () => inFolder((folder) => expectAsModelled(sqliteHarness(folder), 40)))
})

import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream, revision } from '@detrics/keys-domain'
import type { NewEvent, Position, RecordedEvent } from '@detrics/keys-domain'
import { lacks } from '../capabilities.js'
import { answered, holds } from '../guarantee.js'
import type { EventStoreGuarantee, Handles } from '../guarantee.js'
import type { Check, FastCheck } from './check.js'
import { logAfter, newEvent, stream, wholeStream } from '../steps.js'
import { hasIdElsewhere, modelled } from './model.js'
import type { Step, Stored } from './model.js'

/** A step as it is drawn: streams and events by their number, so that it can be made smaller. */
interface Draft {
  readonly stream: number
  readonly expected: number
  readonly events: ReadonlyArray<number>
  readonly changed: boolean
  readonly byOther: boolean
}

const streamCount = 3
/** Few, so that ids come again: whole batches and parts of them, changed, and in other places. */
const poolSize = 12
const stepsMax = 40

const drafts = (fc: FastCheck) =>
  fc.array(
    fc.record({
      stream: fc.nat({ max: streamCount - 1 }),
      expected: fc.integer({ min: -1, max: 5 }),
      events: fc.array(fc.nat({ max: poolSize - 1 }), { minLength: 1, maxLength: 3 }),
      changed: fc.boolean(),
      byOther: fc.boolean(),
    }),
    { maxLength: stepsMax },
  )

export const historyProperty = (check: Check): EventStoreGuarantee =>
  holds('any history of appends gives what a model gives that is one array', async (handles) => {
    let run = 0
    await check((fc) =>
      fc.asyncProperty(drafts(fc), async (steps) => {
        run += 1
        await showAsModelled(handles, steps, run)
      }),
    )
  })

/** All runs share a log: each has streams and ids of its own, and looks at what has come since its beginning. */
const showAsModelled = async (handles: Handles, steps: ReadonlyArray<Draft>, run: number): Promise<void> => {
  const { store, other, harness } = handles
  const start = await endOf(handles)
  const pool = Array.from({ length: poolSize }, () => newEvent())
  let log: ReadonlyArray<Stored> = []
  for (const draft of steps) {
    const step = stepOf(draft, pool, run)
    if (lacks(harness, 'uniqueIds') && hasIdElsewhere(log, step)) continue
    const next = modelled(log, step)
    const expected = step.expected < 0 ? noStream : at(revision(step.expected))
    const handle = draft.byOther ? other : store
    const result = await answered(handle.append(step.stream, expected, step.events)())
    assert.equal(E.isRight(result) ? result.right.outcome : result.left._tag, next.outcome)
    log = next.log
  }
  assert.deepEqual(told((await logAfter(other, start)).events), log)
  for (const name of new Set(log.map((stored) => stored.stream))) {
    const { events, head } = await wholeStream(store, name)
    const own = log.filter((stored) => stored.stream === name)
    assert.deepEqual(told(events), own)
    assert.deepEqual(head, O.some(BigInt(own.length - 1)))
  }
}

/** Where the log ends. */
const endOf = async ({ store }: Handles): Promise<O.Option<Position>> =>
  O.fromNullable((await logAfter(store, O.none)).events.at(-1)?.position)

const stepOf = (draft: Draft, pool: ReadonlyArray<NewEvent>, run: number): Step => {
  const [first, ...rest] = draft.events.map((number): NewEvent => {
    const event = pool[number] ?? assert.fail('no such event')
    return draft.changed ? { ...event, data: '"changed"' } : event
  })
  assert.ok(first !== undefined)
  return {
    stream: stream(`${run}-${['a', 'a-1', 'b'][draft.stream]}`),
    expected: draft.expected,
    events: [first, ...rest],
  }
}

const told = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<Stored> =>
  events.map(({ stream: name, revision: number, id, type, schema, data, metadata }) => ({
    stream: name,
    revision: Number(number),
    event: { id, type, schema, data, metadata },
  }))

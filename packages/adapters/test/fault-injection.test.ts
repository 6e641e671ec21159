import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, LogPage } from '@detrics/keys-domain'
import {
  eventStoreSuite,
  faultControls,
  lostReplies,
  runGuarantees,
  seededFaults,
  withFaults,
} from '@detrics/keys-adapters/conformance'
import type { EventStoreHarness, FaultPlan } from '@detrics/keys-adapters/conformance'
import { memoryEventStore } from '@detrics/keys-adapters/memory'
import { memoryHarness } from './harness.js'
import { appendTo, got, newEvents, streamId } from './steps.js'

const one = streamId('one')
const tell = (result: E.Either<AppendError, Appended>): string =>
  E.isRight(result) ? result.right.outcome : result.left._tag

describe('a store with faults', () => {
  test('loses the reply to an append that is stored, and the retry is recognised', async () => {
    const inner = memoryEventStore()
    const store = withFaults(inner, { append: (call) => (call === 0 ? 'reply-lost' : 'none') })
    const append = store.append(one, noStream, newEvents(2))
    expect(tell(await append())).toBe('OutcomeUnknown')
    expect((await got(inner.readAll(O.none, 10))).events).toHaveLength(2)
    expect(tell(await append())).toBe('AlreadyAppended')
    expect((await got(inner.readAll(O.none, 10))).events).toHaveLength(2)
  })

  test('fails before an append is stored, and the retry stores it', async () => {
    const store = withFaults(memoryEventStore(), { append: (call) => (call === 0 ? 'not-written' : 'none') })
    const append = store.append(one, noStream, newEvents(2))
    expect(tell(await append())).toBe('Unavailable')
    expect((await got(store.readAll(O.none, 10))).events).toEqual([])
    expect(tell(await append())).toBe('Appended')
  })

  test('fails the reads that it is told to', async () => {
    const store = withFaults(memoryEventStore(), { read: (call) => (call === 1 ? 'failed' : 'none') })
    const results = [
      await store.readAll(O.none, 1)(),
      await store.readAll(O.none, 1)(),
      await store.readAll(O.none, 1)(),
    ]
    expect(results.map(E.isRight)).toEqual([true, false, true])
  })

  test('holds up a read and a delivery until it is told to go on', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const store = withFaults(memoryEventStore(), { holdRead: () => gate, holdMessage: () => gate })
    const read = store.readAll(O.none, 10)()
    const { messages } = await got(store.subscribe(O.none))
    const message = messages[Symbol.asyncIterator]().next()
    await appendTo(store, 'one')
    let arrived = 0
    const arrivals = [read, message].map((each) => each.then(() => (arrived += 1)))
    await new Promise((resolve) => setImmediate(resolve))
    expect(arrived).toBe(0)
    release()
    await Promise.all(arrivals)
    // The read was made before the append and is only handed out late: it must not see what came after.
    expect(await read).toMatchObject({ right: { events: [] } })
    await store.close()
  })

  test('has the same faults for the same seed, in the shares that were asked for', () => {
    const shares = { notWritten: 0.2, replyLost: 0.1, readFailed: 0.3 }
    const faults = (seed: number): ReadonlyArray<string> => {
      const { append, read } = seededFaults(seed, shares)
      return Array.from({ length: 2_000 }, (_, call) => `${append?.(call)} ${read?.(call)}`)
    }
    expect(faults(7)).toEqual(faults(7))
    expect(faults(7)).not.toEqual(faults(8))
    const shareOf = (text: string): number => faults(7).filter((fault) => fault.includes(text)).length / 2_000
    expect(shareOf('not-written')).toBeCloseTo(0.2, 1)
    expect(shareOf('reply-lost')).toBeCloseTo(0.1, 1)
    expect(shareOf('failed')).toBeCloseTo(0.3, 1)
  })

  test('stores every event exactly once when each append is retried with the same bytes until it is answered', async () => {
    const inner = memoryEventStore()
    const store = withFaults(inner, seededFaults(42, { notWritten: 0.3, replyLost: 0.3, readFailed: 0 }))
    const ids: Array<string> = []
    let expected = noStream
    for (let number = 0; number < 200; number++) {
      const events = newEvents(2)
      ids.push(...events.map(({ id }) => id))
      const append = store.append(one, expected, events)
      let result = await append()
      while (E.isLeft(result)) {
        expect(['Unavailable', 'OutcomeUnknown']).toContain(result.left._tag)
        result = await append()
      }
      expected = at(result.right.last)
    }
    expect((await got(inner.readAll(O.none, 1_000))).events.map(({ id }) => id)).toEqual(ids)
  })

  test('carries an append out later than one that was sent after it, and answers each with its own place', async () => {
    const controls = faultControls()
    const inner = memoryEventStore()
    const store = withFaults(inner, controls.plan)
    const goOn = controls.delayAppends()
    const slow = store.append(one, noStream, newEvents(2))()
    await expect(appendTo(inner, 'two')).resolves.toMatchObject({ outcome: 'Appended' })
    const closing = store.close()
    expect(tell(await store.append(one, noStream, newEvents(1))())).toBe('Closed')
    goOn()
    expect(tell(await slow)).toBe('Appended')
    await closing
    expect(tell(await inner.append(one, noStream, newEvents(1))())).toBe('Closed')
  })

  test('fails the next calls and no others, and loses one reply', async () => {
    const controls = faultControls()
    const store = withFaults(memoryEventStore(), controls.plan)
    const append = store.append(one, noStream, newEvents(1))
    controls.failAppends(2)
    controls.loseNextReply()
    controls.failReads(1)
    const answers = [await append(), await append(), await append(), await append()].map(tell)
    expect(answers).toEqual(['Unavailable', 'Unavailable', 'OutcomeUnknown', 'AlreadyAppended'])
    const reads = [await store.readAll(O.none, 1)(), await store.readAll(O.none, 1)()]
    expect(reads.map(E.isRight)).toEqual([false, true])
  })

  test('hands out what is not settled yet in another order, and again once it is settled', async () => {
    const inner = memoryEventStore()
    const store = withFaults(inner, { unsettled: (call) => (call === 0 ? 2 : 0) })
    await appendTo(store, 'one', 4)
    const [a, b, c, d] = (await got(inner.readAll(O.none, 10))).events
    const early = await got(store.readAll(O.none, 10))
    expect(early).toEqual({ events: [a, b, d, c], settled: O.some(b?.position), complete: true })
    expect(await got(store.readAll(early.settled, 10))).toMatchObject({ events: [c, d] })
  })

  test('is a sound store without faults, and with delays of every kind', async () => {
    const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 2 ** 31)
    process.stdout.write(`Faults: FAULT_SEED=${seed}\n`)
    const shares = { notWritten: 0, replyLost: 0, readFailed: 0, delayed: 0.5 }
    const slow = seededFaults(seed, shares)
    const delays: FaultPlan = { ...slow, holdRead: slow.delayCommit!, holdMessage: slow.delayCommit! }
    for (const plan of [{}, delays]) {
      const results = await runGuarantees(eventStoreSuite, faulty(plan))
      expect(results.filter(({ result }) => result === 'failed')).toEqual([])
      expect(results).toHaveLength(eventStoreSuite.length)
    }
  })

  test('keeps nobody who reads from checkpoint to checkpoint from any event, whatever is unsettled when', async () => {
    const plan = seededFaults(3, { notWritten: 0, replyLost: 0, readFailed: 0, delayed: 0.3, unsettled: 0.7 })
    const [guarantee] = eventStoreSuite.filter((each) => each.guarantee.startsWith('whoever reads a burst'))
    const [result] = await runGuarantees([guarantee!], faulty(plan))
    expect(result).toMatchObject({ result: 'held' })
    // The control: who takes what is handed out for settled meets events twice and out of order.
    const naive: Mutation = (store) => ({
      ...store,
      readAll: (after, limit) => async () =>
        E.map((page: LogPage) => ({ ...page, settled: O.fromNullable(page.events.at(-1)?.position) }))(
          await store.readAll(after, limit)(),
        ),
    })
    const [control] = await runGuarantees([guarantee!], faulty(plan, naive))
    expect(control).toMatchObject({ result: 'failed' })
  })
})

type Mutation = (store: EventStore) => EventStore

/** Stores in memory on which things go wrong. */
const faulty = (plan: FaultPlan, around: Mutation = (store) => store): EventStoreHarness => {
  const replies = lostReplies()
  const open = () => Promise.resolve(replies.around(around(withFaults(memoryEventStore(), plan))))
  return { ...memoryHarness, open, reopen: open, loseNextReply: replies.loseNextReply }
}

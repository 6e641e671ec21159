import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { at, noStream, revision } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { appendTo, got, newEvent, newEvents, streamId } from '../steps.js'
import { openStore, startRig } from './harness.js'
import type { Rig } from './harness.js'

const one = streamId('one')
let rig: Rig
let store: EventStore

beforeEach(async () => {
  rig = await startRig()
  store = await openStore(rig.proxy.url('&defaultDeadline=500'))
})
afterEach(async () => {
  await store.close()
  await rig.stop()
})

const idsIn = async (stream = one): Promise<ReadonlyArray<string>> =>
  (await got(store.readStream({ stream, direction: 'forwards', from: 'start', limit: 1_000 }))).events.map(
    ({ id }) => id,
  )

type Result<A> = E.Either<{ readonly _tag: string }, A>
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const tell = (result: Result<{ readonly outcome: string }>): string =>
  E.isRight(result) ? result.right.outcome : result.left._tag

describe('an append whose reply is lost', () => {
  test('at the socket, after the commit, is in doubt, and the retry with the same bytes leaves one copy', async () => {
    const rounds = 40
    const ids: Array<string> = []
    let expected = noStream
    for (let round = 0; round < rounds; round++) {
      const events = newEvents(1 + (round % 4))
      ids.push(...events.map(({ id }) => id))
      const append = store.append(one, expected, events)
      rig.proxy.cutAtNextAnswer()
      expect(tell(await append())).toBe('OutcomeUnknown')
      const again = await append()
      expect(tell(again)).toBe('AlreadyAppended')
      if (E.isRight(again)) expected = at(again.right.last)
    }
    expect(await idsIn()).toEqual(ids)
    process.stdout.write(`Cut after the commit: ${rounds} appends, ${ids.length} events, one copy each.\n`)
  })

  test('is found also after a restart of the server; with no stated revision the server stores it twice', async () => {
    const events = newEvents(2)
    rig.proxy.cutAtNextAnswer()
    expect(tell(await store.append(one, noStream, events)())).toBe('OutcomeUnknown')
    const raw = EventStoreDBClient.connectionString(rig.double.url())
    const event = jsonEvent({ type: 'Happened', data: {} })
    await raw.appendToStream('raw', event)
    await rig.double.stop()
    await rig.double.start()
    expect(tell(await store.append(one, noStream, events)())).toBe('AlreadyAppended')
    expect(await idsIn()).toEqual(events.map(({ id }) => id))
    const append = () => raw.appendToStream('raw', event)
    await append().catch(append)
    expect(rig.double.log.records.filter(({ id }) => id === event.id)).toHaveLength(2)
    await raw.dispose()
  })

  test('or that was never stored, is in doubt by the deadline, and the retry is told apart', async () => {
    for (const [fate, again] of [
      ['stored', 'AlreadyAppended'],
      ['not-stored', 'Appended'],
    ] as const) {
      const [stream, events] = [streamId(fate), newEvents(3)]
      rig.double.faults.appends.push(fate)
      const begun = performance.now()
      expect(tell(await store.append(stream, noStream, events)())).toBe('OutcomeUnknown')
      expect(performance.now() - begun).toBeLessThan(2_000)
      expect(tell(await store.append(stream, noStream, events)())).toBe(again)
      expect(await idsIn(stream)).toEqual(events.map(({ id }) => id))
    }
  })

  test('because nothing comes through any more is in doubt by the deadline, and reads are Unavailable', async () => {
    await appendTo(store, 'before')
    rig.proxy.freeze(true)
    const results: ReadonlyArray<Result<unknown>> = await Promise.all([
      store.append(one, noStream, newEvents(1))(),
      store.readAll(O.none, 10)(),
      store.readStream({ stream: one, direction: 'forwards', from: 'start', limit: 1 })(),
    ])
    expect(results.map((result) => (E.isLeft(result) ? result.left._tag : 'a result'))).toEqual([
      'OutcomeUnknown',
      'Unavailable',
      'Unavailable',
    ])
    rig.proxy.cut()
    rig.proxy.freeze(false)
    // A read is made again where the connection was lost; an append is not.
    await got(store.readAll(O.none, 10))
    await appendTo(store, 'after')
  })
})

describe('a read', () => {
  test('that is not answered in time is Unavailable and is ended in the server', async () => {
    rig.double.faults.isSilent = true
    const query = { stream: one, direction: 'forwards', from: 'start', limit: 1 } as const
    const reads = [store.readAll(O.none, 10)(), store.readStream(query)()]
    await until(() => rig.double.openReads() === 2)
    for (const result of await Promise.all(reads as ReadonlyArray<Promise<Result<unknown>>>))
      expect(result).toMatchObject({ left: { _tag: 'Unavailable' } })
    rig.double.faults.isSilent = false
    await until(() => rig.double.openReads() === 0)
  })

  test('that is under way when the store is closed is Closed at once, and not taken for complete', async () => {
    await appendTo(store, 'one', 3)
    rig.double.faults.isSilent = true
    const reading = store.readAll(O.none, 10)()
    await until(() => rig.double.openReads() === 1)
    const begun = performance.now()
    await store.close()
    expect(await reading).toEqual(E.left({ _tag: 'Closed' }))
    expect(performance.now() - begun).toBeLessThan(1_500)
    rig.double.faults.isSilent = false
    await until(() => rig.double.openReads() === 0)
  })
})

describe('an append that is stored', () => {
  test('but cannot be looked at is in doubt, and its retry tells', async () => {
    const events = newEvents(2)
    rig.double.faults.onStored = () => {
      rig.double.faults.onStored = undefined
      // The reply leaves, and then every read is refused.
      setImmediate(() => (rig.double.faults.isNotReady = true))
    }
    const first = tell(await store.append(one, noStream, events)())
    expect(['OutcomeUnknown', 'Appended']).toContain(first)
    rig.double.faults.isNotReady = false
    expect(tell(await store.append(one, noStream, events)())).toBe('AlreadyAppended')
    expect(await idsIn()).toEqual(events.map(({ id }) => id))
  })

  test('is told apart from one with the same ids and other content, of which the server says that it is done', async () => {
    const events = newEvents(3)
    await got(store.append(one, noStream, events))
    const [a, b, c] = events
    const other = { ...b!, data: '{"n":2}' }
    const raw = EventStoreDBClient.connectionString(rig.double.url())
    const sent = [a, other, c!].map(({ id, type }) => jsonEvent({ id, type, data: { other: true } }))
    expect(await raw.appendToStream('detrics-one', sent, { expectedRevision: 'no_stream' })).toMatchObject({
      success: true,
    })
    expect(await store.append(one, noStream, [a, other, c!])()).toEqual(
      E.left({ _tag: 'EventIdConflict', id: other.id }),
    )
    await raw.dispose()
  })

  test('in part, or as the beginning of more, is told by what stands at its places', async () => {
    const [a, b, c, d] = [newEvent(), newEvent(), newEvent(), newEvent()]
    await got(store.append(one, noStream, [a, b, c]))
    expect(await store.append(one, noStream, [a, b])()).toMatchObject({
      right: { outcome: 'AlreadyAppended', first: 0n, last: 1n },
    })
    expect(await store.append(one, at(revision(1)), [c, d])()).toEqual(
      E.left({ _tag: 'BatchPartlyStored', ids: [c.id] }),
    )
    expect(await store.append(one, noStream, [b, a])()).toEqual(E.left({ _tag: 'EventIdConflict', id: b.id }))
  })
})

describe('a refusal', () => {
  test('comes for a revision beyond what the protocol can carry, which would arrive as a small one', async () => {
    await appendTo(store, 'one', 4)
    const beyond = revision(2n ** 64n + 3n)
    expect(await store.append(one, at(beyond), newEvents(1))()).toEqual(
      E.left({ _tag: 'WrongExpectedRevision', stream: one, actual: O.some(3n) }),
    )
  })

  test('before anything is done is Unavailable: no server, one that is not ready', async () => {
    rig.double.faults.isNotReady = true
    // The second one is refused while most of it is still on its way.
    for (const size of [1, 1_000])
      expect(tell(await store.append(one, noStream, newEvents(size))())).toBe('Unavailable')
    rig.double.faults.isNotReady = false
    await rig.proxy.pause()
    await store.append(one, noStream, newEvents(1))()
    expect(tell(await store.append(one, noStream, newEvents(1))())).toBe('Unavailable')
    await rig.proxy.resume()
    expect(await idsIn()).toEqual([])
  })
})

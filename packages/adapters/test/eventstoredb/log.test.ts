import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { at, noStream, position, revision, rewound } from '@detrics/keys-domain'
import type { EventStore, Position } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { appendTo, got, newEvent, newEvents, streamId } from '../steps.js'
import { openStore, startRig } from './harness.js'
import type { Rig } from './harness.js'

let rig: Rig
let store: EventStore
let raw: EventStoreDBClient

beforeEach(async () => {
  rig = await startRig()
  store = await openStore(rig.double.url())
  raw = EventStoreDBClient.connectionString(rig.double.url())
})
afterEach(async () => {
  await store.close()
  await raw.dispose()
  await rig.stop()
})

/** Events of another program in the same server. */
const foreign = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1_000)
    await raw.appendToStream(
      'foreign',
      Array.from({ length: Math.min(1_000, count - n) }, () => jsonEvent({ type: 'Foreign', data: { n } })),
    )
}

const idsAfter = async (after: O.Option<Position>): Promise<ReadonlyArray<string>> =>
  (await got(store.readAll(after, 1_000))).events.map(({ id }) => id)

describe('a log that was set back', () => {
  test.each([
    ['ends before the position', async () => undefined],
    ['has another event at the position', () => appendTo(store, 'two')],
    ['has an event of another program there', () => foreign(1)],
    ['has no beginning of an event there', () => foreign(300)],
  ])('is noticed where it %s', async (_, goOn) => {
    const { position: before } = await appendTo(store, 'one')
    const length = rig.double.log.records.length
    const { position: lost } = await appendTo(store, 'lost-and-of-another-length')
    rig.double.log.rewindTo(length)
    await goOn()
    expect(await store.readAll(O.some(lost), 10)()).toEqual(E.left(rewound))
    expect(await store.readAll(O.some(before), 10)()).toMatchObject({ right: { complete: true } })
    const { messages } = await got(store.subscribe(O.some(lost)))
    expect(await messages[Symbol.asyncIterator]().next()).toMatchObject({
      value: { _tag: 'Dropped', reason: rewound },
    })
  })

  test.each(['present', 'old'] as const)(
    'is noticed by a place between two events, in the words of a server that is %s',
    async (age) => {
      const other = await startRig({ age })
      const log = await openStore(other.double.url())
      const at = other.double.log.records.length
      const appended = await log.append(streamId('one'), noStream, newEvents(1))()
      expect(E.isRight(appended)).toBe(true)
      const record = other.double.log.records[at]!
      const between = position(`${String(record.position + 1n).padStart(19, '0')}-${record.id.slice(-8)}`)
      expect(await log.readAll(O.some(between), 10)()).toEqual(E.left(rewound))
      await log.close()
      await other.stop()
    },
  )

  test('behind a position that stands, in what others wrote, hides nothing that comes in its place', async () => {
    const { position: last } = await appendTo(store, 'one')
    const length = rig.double.log.records.length
    await foreign(3_000)
    expect(await got(store.readAll(O.some(last), 10))).toMatchObject({ events: [], complete: true })
    rig.double.log.rewindTo(length + 100)
    const events = newEvents(2)
    await got(store.append(streamId('two'), noStream, events))
    await foreign(3_000)
    expect(await idsAfter(O.some(last))).toEqual(events.map(({ id }) => id))
  })

  test.each(['behind a position', 'before its first event'])(
    '%s hides nothing that stands exactly where the last event of others was',
    async (where) => {
      const after = where === 'behind a position' ? O.some((await appendTo(store, 'one')).position) : O.none
      await foreign(50)
      expect(await got(store.readAll(after, 10))).toMatchObject({ events: [], complete: true })
      rig.double.log.rewindTo(rig.double.log.records.length - 1)
      const events = newEvents(1)
      await got(store.append(streamId('two'), noStream, events))
      expect(await idsAfter(after)).toEqual([events[0].id])
    },
  )

  test('before its first event, where others wrote, hides nothing that comes in its place', async () => {
    await foreign(3_000)
    expect(await got(store.readAll(O.none, 10))).toMatchObject({ events: [], complete: true })
    rig.double.log.rewindTo(100)
    const events = newEvents(2)
    await got(store.append(streamId('two'), noStream, events))
    await foreign(3_000)
    expect(await idsAfter(O.none)).toEqual(events.map(({ id }) => id))
  })

  test('while the server fails is not taken for set back', async () => {
    const { position: last } = await appendTo(store, 'one')
    rig.double.faults.isNotReady = true
    expect(await store.readAll(O.some(last), 10)()).toMatchObject({ left: { _tag: 'Unavailable' } })
  })
})

describe('what others write in the server', () => {
  test('is passed over, however much it is and wherever it stands', async () => {
    const ids: Array<string> = []
    for (let n = 0; n < 6; n++) {
      await foreign(n * 300)
      const event = newEvent()
      ids.push(event.id)
      await got(store.append(streamId(`s-${n}`), noStream, [event]))
    }
    await foreign(500)
    for (const limit of [1, 4, 100]) {
      const seen: Array<string> = []
      let after: O.Option<Position> = O.none
      for (let isOver = false; !isOver;) {
        const page = await got(store.readAll(after, limit))
        seen.push(...page.events.map(({ id }) => id))
        after = page.settled
        isOver = page.complete
      }
      expect(seen).toEqual(ids)
    }
  })

  test('is looked through once: a reader that waits at the end does not read it again', async () => {
    const { position: last } = await appendTo(store, 'one')
    await foreign(9_000)
    const readBy = async (): Promise<number> => {
      const before = rig.double.count('recordOfAll')
      expect(await got(store.readAll(O.some(last), 100))).toMatchObject({ events: [], complete: true })
      return rig.double.count('recordOfAll') - before
    }
    const [first, second] = [await readBy(), await readBy()]
    await foreign(10)
    const third = await readBy()
    process.stdout.write(`Behind 9000 foreign events: ${first}, ${second}, ${third} records read.\n`)
    expect(first).toBeGreaterThan(9_000)
    expect([second, third]).toEqual([1, 11])
    const { position: next } = await appendTo(store, 'two')
    expect((await got(store.readAll(O.some(last), 100))).settled).toEqual(O.some(next))
  })

  test('before the first event of the log is looked through once as well', async () => {
    await foreign(9_000)
    const { position: first } = await appendTo(store, 'one')
    const readBy = async (): Promise<number> => {
      const before = rig.double.count('recordOfAll')
      expect((await got(store.readAll(O.none, 1))).settled).toEqual(O.some(first))
      return rig.double.count('recordOfAll') - before
    }
    expect(await readBy()).toBeGreaterThan(9_000)
    expect(await readBy()).toBe(2)
  })

  test('of another log in the same server is never seen, nor is the other way round', async () => {
    const logs = await Promise.all(
      ['a', 'ab', 'a_b', 'A'].map((prefix) => openStore(rig.double.url(), prefix)),
    )
    const ids = logs.map(() => newEvents(3).map((event) => event))
    for (const [index, log] of logs.entries())
      await got(
        log.append(streamId('b-one'), noStream, ids[index] as unknown as ReturnType<typeof newEvents>),
      )
    for (const [index, log] of logs.entries()) {
      const page = await got(log.readAll(O.none, 100))
      expect(page.events.map(({ id }) => id)).toEqual(ids[index]?.map(({ id }) => id))
      expect(page.events.every(({ stream }) => stream === 'b-one')).toBe(true)
    }
    await Promise.all(logs.map((log) => log.close()))
  })
})

describe('a log that was damaged in the server', () => {
  test('by a tombstone is Unavailable by its cause, wherever it is met', async () => {
    const one = streamId('one')
    await appendTo(store, 'one', 2)
    await raw.tombstoneStream('detrics-one')
    const damaged = { left: { _tag: 'Unavailable', cause: expect.stringContaining('damaged') } }
    const query = { stream: one, direction: 'forwards', from: 'start', limit: 5 } as const
    expect(await store.readStream(query)()).toMatchObject(damaged)
    expect(await store.readAll(O.none, 10)()).toMatchObject(damaged)
    expect(await store.append(one, noStream, newEvents(1))()).toMatchObject(damaged)
  })

  test('by truncation is Unavailable in reads of the stream', async () => {
    const one = streamId('one')
    await appendTo(store, 'one', 6)
    await raw.setStreamMetadata('detrics-one', { truncateBefore: 3 })
    const damaged = { left: { _tag: 'Unavailable', cause: expect.stringContaining('removed') } }
    for (const [direction, from] of [
      ['forwards', 'start'],
      ['backwards', 'end'],
    ] as const)
      expect(await store.readStream({ stream: one, direction, from, limit: 10 })()).toMatchObject(damaged)
    // Nothing is hidden from the log itself.
    expect((await got(store.readAll(O.none, 10))).events).toHaveLength(6)
  })

  test('by a soft delete has an empty stream, and an append that would go on from it is in doubt', async () => {
    const one = streamId('one')
    await appendTo(store, 'one', 2)
    await raw.deleteStream('detrics-one')
    const page = await got(store.readStream({ stream: one, direction: 'forwards', from: 'start', limit: 5 }))
    expect(page).toEqual({ events: [], head: O.none })
    expect(await store.append(one, noStream, newEvents(1))()).toMatchObject({
      left: { _tag: 'OutcomeUnknown', cause: expect.stringContaining('damaged') },
    })
  })

  test('by an event that this program did not write is Unavailable', async () => {
    await raw.appendToStream('detrics-one', jsonEvent({ type: 'Happened', data: {} }))
    expect(await store.readAll(O.none, 10)()).toMatchObject({
      left: { _tag: 'Unavailable', cause: expect.stringContaining('detrics-one at 0') },
    })
  })
})

describe('a page of a stream', () => {
  test('that is not full ends at its head, however the stream grows meanwhile', async () => {
    const one = streamId('one')
    let last = -1
    let pages = 0
    const writing = (async () => {
      for (; last < 300; last++)
        await got(store.append(one, last < 0 ? noStream : at(revision(last)), newEvents(1)))
    })()
    const read = async (): Promise<void> => {
      while (last < 300) {
        const from = revision(Math.max(0, last))
        const { events, head } = await got(
          store.readStream({ stream: one, direction: 'forwards', from, limit: 50 }),
        )
        pages += 1
        // Who takes the head for what it knows of the stream would otherwise decide on events it has not seen.
        expect(head).toEqual(O.fromNullable(events.at(-1)?.revision ?? (from === 0n ? undefined : from - 1n)))
      }
    }
    await Promise.all([writing, read(), read(), read()])
    expect(pages).toBeGreaterThan(50)
  })
})

describe('events in the server', () => {
  test('are JSON that people can read where that keeps the text, and the bytes of the text elsewhere', async () => {
    const texts = [
      '{"name":"key","n":1}',
      '{"a": 1}',
      '1.0',
      '{"2":1,"1":2}',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    ]
    const events = texts.map((data) => newEvent({ data, metadata: data, schema: 3 }))
    await got(store.append(streamId('one'), noStream, events as unknown as ReturnType<typeof newEvents>))
    const stored = rig.double.log.records.filter(({ stream }) => stream === 'detrics-one')
    expect(stored.map(({ contentType }) => contentType)).toEqual([
      'application/json',
      ...Array.from({ length: 4 }, () => 'application/octet-stream'),
    ])
    expect(stored.map(({ data }) => data.toString('utf8'))).toEqual(texts)
    expect(JSON.parse(stored[0]!.metadata.toString('utf8'))).toMatchObject({
      schema: 3,
      metadata: { name: 'key', n: 1 },
    })
    const read = (await got(store.readAll(O.none, 10))).events
    expect(read.map(({ data, metadata }) => [data, metadata])).toEqual(texts.map((text) => [text, text]))
  })

  test('of a server before 22.6, which tells no positions in streams, are refused by that name', async () => {
    const old = await startRig({ age: 'old' })
    const log = await openStore(old.double.url())
    await appendTo(log, 'one')
    expect(
      await log.readStream({ stream: streamId('one'), direction: 'forwards', from: 'start', limit: 1 })(),
    ).toMatchObject({ left: { _tag: 'Unavailable', cause: expect.stringContaining('22.6') } })
    await log.close()
    await old.stop()
  })
})

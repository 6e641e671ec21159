import { describe, expect, test } from '@jest/globals'
import { memoryEventStore } from '@detrics/keys-adapters/memory'
import {
  decodeKeyRingEvent,
  idPartOf,
  keyRingStream,
  rewound,
  type KeyRingEvent,
  type LogPage,
  type RingEntry,
  type WorkspaceId,
} from '@detrics/keys-domain'
import { activeKeys, activeKeysReader, type ActiveKeys } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import {
  acme,
  appendTo,
  created,
  handWritten,
  keyId,
  other,
  readerOf,
  renamed,
  revoked,
  right,
} from './harness.js'

const keysMax = 8
const nobody = { onApplied: () => undefined, onRewound: () => undefined }

const table = (keys: ActiveKeys): ReadonlyArray<unknown> =>
  Array.from({ length: keysMax }, (_, number) => keys.find(idPartOf(keyId(number)))).map(
    (row) => row && [row.workspaceId, row.keyId, row.name, row.digest.value, row.expiresAt, row.revokedFrom],
  )

interface Delivered {
  readonly workspaceId: WorkspaceId
  readonly entry: RingEntry
}

const apply = (keys: ActiveKeys, events: ReadonlyArray<Delivered>): ActiveKeys => {
  for (const { workspaceId, entry } of events) keys.apply(workspaceId, entry)
  return keys
}

/** What a workspace's stream may hold: a creation before everything else of its key. */
const streamOf = (numbers: ReadonlyArray<number>): fc.Arbitrary<ReadonlyArray<KeyRingEvent>> =>
  fc
    .array(
      fc.record({
        number: fc.constantFrom(...numbers),
        what: fc.constantFrom('rename', 'revoke'),
        name: fc.constantFrom('a', 'b', 'c'),
        effective: fc.oneof(fc.constant('immediately' as const), fc.nat({ max: 5 })),
      }),
      { maxLength: 12 },
    )
    .map((changes) => {
      const seen = new Set<number>()
      return changes.flatMap(({ number, what, name, effective }) => {
        const change = what === 'rename' ? renamed(number, name) : revoked(number, effective)
        if (seen.has(number)) return [change]
        seen.add(number)
        return [created(number), change]
      })
    })

const delivered = (
  workspaceId: WorkspaceId,
  events: ReadonlyArray<KeyRingEvent>,
): ReadonlyArray<Delivered> => {
  const log = handWritten()
  return events.map((event) => {
    const entry = decodeKeyRingEvent(log.ring(workspaceId, event))
    if (E.isLeft(entry)) throw new Error('a test wrote what cannot be read')
    return { workspaceId, entry: entry.right }
  })
}

const workspaces = fc
  .tuple(streamOf([0, 1, 2]), streamOf([3, 4, 5]), streamOf([6, 7]))
  .map((streams) => streams.map((events, index) => delivered(`w${index}` as WorkspaceId, events)))

/** Merges streams, each in its own order, as a list of numbers says. */
const merged = (
  streams: ReadonlyArray<ReadonlyArray<Delivered>>,
  choices: ReadonlyArray<number>,
): ReadonlyArray<Delivered> => {
  const rest = streams.map((stream) => [...stream])
  const result: Array<Delivered> = []
  for (const choice of choices) result.push(...(rest[choice % rest.length]?.splice(0, 1) ?? []))
  return [...result, ...rest.flat()]
}

describe('the active keys', () => {
  test('are the same in whatever order the workspaces come, each in its own', () => {
    fc.assert(
      fc.property(workspaces, fc.array(fc.nat()), (streams, choices) => {
        const expected = table(apply(activeKeys(), streams.flat()))
        expect(table(apply(activeKeys(), merged(streams, choices)))).toEqual(expected)
      }),
    )
  })

  test('are the same when any events are delivered any number of times, also late', () => {
    fc.assert(
      fc.property(
        workspaces,
        fc.array(fc.record({ after: fc.nat(), which: fc.nat() }), { maxLength: 30 }),
        (streams, repetitions) => {
          const events = streams.flat()
          const keys = activeKeys()
          events.forEach((event, index) => {
            apply(keys, [event])
            for (const { after, which } of repetitions)
              if (after % events.length === index)
                apply(
                  keys,
                  events
                    .slice(0, index + 1)
                    .slice(which % (index + 1))
                    .slice(0, 1 + (which % 3)),
                )
          })
          expect(table(keys)).toEqual(table(apply(activeKeys(), events)))
        },
      ),
    )
  })

  test('have the last name of their stream and the earliest of their ends', () => {
    fc.assert(
      fc.property(streamOf([0, 1, 2]), (events) => {
        const keys = apply(activeKeys(), delivered(acme, events))
        for (const number of [0, 1, 2]) {
          const own = events.filter((event) => event.keyId === keyId(number))
          const names = own.flatMap((event) => ('name' in event ? [event.name] : []))
          const ends = own.flatMap((event) => (event.type === 'KeyRevoked' ? [event.effective] : []))
          const earliest = Math.min(...ends.map((end) => (end === 'immediately' ? -Infinity : end)), Infinity)
          const row = keys.find(idPartOf(keyId(number)))
          expect([row?.name, row?.revokedFrom]).toEqual([
            names.at(-1),
            own.length === 0 ? undefined : earliest,
          ])
        }
        expect(keys.size()).toBe(new Set(events.map((event) => event.keyId)).size)
      }),
    )
  })

  test('an event of a key that was never created changes nothing', () => {
    const keys = apply(activeKeys(), delivered(acme, [renamed(1, 'x'), revoked(1)]))
    expect(keys.size()).toBe(0)
  })
})

describe('the reader of the active keys', () => {
  test('applies everything that is committed, in pages, also what is not settled yet', async () => {
    const log = handWritten()
    for (let number = 0; number < 7; number += 1) log.ring(acme, created(number))
    log.ring(acme, revoked(3))
    const shape = { settledCount: 6 }
    const keys = activeKeys()
    const applied: Array<string> = []
    const reader = activeKeysReader(readerOf(log, shape), keys, {
      ...nobody,
      onApplied: ({ event }) => applied.push(event.type),
    })
    await right(reader.catchUp)
    expect(keys.find(idPartOf(keyId(3)))?.revokedFrom).toBe(-Infinity)
    expect(reader.settled()).toEqual(O.some(log.events[5]?.position))
    expect(applied).toHaveLength(8)
    await right(reader.catchUp)
    expect(applied).toHaveLength(10)
  })

  test('reads page after page until a page is complete', async () => {
    const log = handWritten()
    for (let number = 0; number < 7; number += 1) log.ring(number % 2 ? acme : other, created(number))
    const keys = activeKeys()
    const reader = activeKeysReader(readerOf(log, { pageMax: 2 }), keys, nobody)
    await right(reader.catchUp)
    expect(keys.size()).toBe(7)
  })

  test('stops at an event that it cannot read, each time, and says which', async () => {
    const log = handWritten()
    log.ring(acme, created(1))
    log.add(keyRingStream(acme), { type: 'KeyRevoked', schema: 2, data: '{}', metadata: '{}' })
    const reader = activeKeysReader(readerOf(log), activeKeys(), nobody)
    for (let time = 0; time < 2; time += 1)
      expect(await reader.catchUp()).toMatchObject({
        left: { _tag: 'Unreadable', event: { stream: 'keyRing-acme', type: 'KeyRevoked', schema: 2 } },
      })
    expect(reader.settled()).toEqual(O.none)
  })

  test('passes over streams that are no key rings', async () => {
    const log = handWritten()
    log.add('keyRing-not a workspace' as never, { type: 'Other', schema: 9, data: '1', metadata: '{}' })
    log.use(acme, 1, 'whoami')
    log.add('orders-7' as never, { type: 'OrderPlaced', schema: 3, data: '{}', metadata: '{}' })
    log.ring(acme, created(1))
    const keys = activeKeys()
    await right(activeKeysReader(readerOf(log), keys, nobody).catchUp)
    expect(keys.size()).toBe(1)
  })

  test('reads a log that was set back from its beginning, and says so', async () => {
    const [before, after] = [handWritten(), handWritten()]
    for (const number of [1, 2, 3]) before.ring(acme, created(number))
    after.ring(acme, created(4))
    let readAll = readerOf(before).readAll
    let rewinds = 0
    const keys = activeKeys()
    const listener = { ...nobody, onRewound: () => (rewinds += 1) }
    const reader = activeKeysReader({ readAll: (...given) => readAll(...given) }, keys, listener)
    await right(reader.catchUp)
    readAll = (from, limit) =>
      O.isSome(from) ? () => Promise.resolve(E.left(rewound)) : readerOf(after).readAll(from, limit)
    await right(reader.catchUp)
    expect([keys.size(), rewinds, reader.settled()]).toEqual([1, 1, O.some(after.events[0]?.position)])
    expect(keys.find(idPartOf(keyId(4)))?.keyId).toBe(keyId(4))
    readAll = () => () => Promise.resolve(E.left(rewound))
    expect(await reader.catchUp()).toEqual(E.left(rewound))
    expect([keys.size(), reader.settled()]).toEqual([0, O.none])
  })

  test('keeps what was settled when a page knows of nothing new', async () => {
    const log = handWritten()
    for (const number of [1, 2, 3, 4]) log.ring(acme, created(number))
    const asked: Array<O.Option<string>> = []
    const reader = activeKeysReader(
      {
        readAll: (from, limit) => async () => {
          asked.push(from)
          const page = await readerOf(log, { pageMax: 2, settledCount: 1 }).readAll(from, limit)()
          const isBehind = O.isSome(from) && from.value > log.events[0]!.position
          return E.map((found: LogPage) => ({ ...found, settled: isBehind ? O.none : found.settled }))(page)
        },
      },
      activeKeys(),
      nobody,
    )
    await right(reader.catchUp)
    expect(reader.settled()).toEqual(O.some(log.events[0]?.position))
    expect(asked).toHaveLength(2)
  })

  test('sees what is appended to a real store between two calls', async () => {
    const store = memoryEventStore()
    const log = handWritten()
    log.ring(acme, created(1))
    log.ring(acme, revoked(1))
    const keys = activeKeys()
    const reader = activeKeysReader(store, keys, nobody)
    await right(reader.catchUp)
    expect(keys.size()).toBe(0)
    await appendTo(store, log)
    await right(reader.catchUp)
    expect(keys.find(idPartOf(keyId(1)))?.revokedFrom).toBe(-Infinity)
  })
})

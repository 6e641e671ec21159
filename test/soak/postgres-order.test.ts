import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import type { EventStore } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { startPostgres, type PostgresServer } from '../support/postgres.js'
import { seed, seededRandom } from '../support/random.js'
import { amount, printFigures } from './figures.js'
import { completeReads } from './log-order/completeness.js'
import { follower, type Delivered, type Follower } from './log-order/followers.js'
import { logPlace, raw, type Raw } from './log-order/raw.js'
import { followWith, unsoundReaders } from './log-order/unsound-readers.js'
import { adapterAppends, bursts, ledgerOf, longTransactions } from './log-order/writers.js'

/*
 * The order of the log, when appends overlap: many writers with commits that are late by chance, aborts, several events
 * in one transaction and writers of other things that stay open; subscribers in two other processes are given every
 * event once, in one order that is each stream's own. Readers that are almost right lose events meanwhile.
 */
const eventsMax = amount({ run: 30_000, soak: 1_000_000 })
/** So long the unsound readers follow, which read as fast as they can and would take the machine for themselves. */
const unsoundEventsMax = 28_000
const batchMax = amount({ run: 5, soak: 150 })
const long = 24
const throughAdapter = 8
const burstMs = 120
const minutes = 60_000

let server: PostgresServer
const stores: Array<EventStore> = []
const followers: Array<Follower> = []
beforeAll(async () => {
  server = await startPostgres()
}, minutes)
afterAll(async () => {
  for (const each of followers) await each.stop()
  for (const store of stores) await store.close()
  await server.stop()
}, minutes)

const open = async (url: string): Promise<EventStore> => {
  const opened = await openPostgresEventStore({ url })()
  if (E.isLeft(opened)) throw new Error(opened.left.cause)
  stores.push(opened.right)
  return opened.right
}

/** Connections of others, to this database and to another one of the server. */
const foreigners = async (): Promise<ReadonlyArray<Raw>> => {
  const here = await raw(server.url)
  await here.run('CREATE DATABASE elsewhere')
  const there = await raw(server.urlWith({ database: 'elsewhere' }))
  for (const { run } of [here, there]) await run('CREATE TABLE foreign_things (n int)')
  return [here, there]
}

/** Transactions of theirs that have written and stay open. */
const beginForeign = async (others: ReadonlyArray<Raw>): Promise<void> => {
  for (const { run } of others) {
    await run('BEGIN')
    await run('INSERT INTO foreign_things VALUES (1)')
  }
}

const streamsOf = (writer: number): ReadonlyArray<string> => [
  ...Array.from({ length: 4 }, (_, n) => `own-${writer}-${n}`),
  `shared-${writer % 6}`,
]

/** The events of a stream that do not stand in its own order, without a gap, from 0 on. */
const outOfOrder = (delivered: ReadonlyArray<Delivered>): ReadonlyArray<Delivered> => {
  const next = new Map<string, bigint>()
  return delivered.filter(([, stream, revision]) => {
    const expected = next.get(stream) ?? 0n
    next.set(stream, expected + 1n)
    return BigInt(revision) !== expected
  })
}

test(
  `${long + throughAdapter} writers, ${eventsMax} events: nobody who follows misses one, has one twice or out of order`,
  async () => {
    const random = seededRandom(seed)
    const appending = await Promise.all([open(server.url), open(server.url)])
    const reading = await open(server.url)
    const log = await logPlace(server.url, 'detrics_keys')
    const foreign = await foreigners()
    await beginForeign(foreign)
    followers.push(follower('postgres', { url: server.url }), follower('postgres', { url: server.url }))
    const unsound = await Promise.all(unsoundReaders.map((name) => followWith(name, log)))
    const xminIndex = unsoundReaders.indexOf('xmin by position')

    const ledger = ledgerOf(eventsMax)
    const options = { random, ledger, batchMax, bursts: bursts(long + throughAdapter, burstMs) }
    const started = performance.now()
    const writing = Promise.all([
      ...Array.from({ length: long }, (_, n) => longTransactions(log, { ...options, streams: streamsOf(n) })),
      ...Array.from({ length: throughAdapter }, (_, n) =>
        adapterAppends(appending[n % 2]!, { ...options, streams: streamsOf(long + n) }),
      ),
    ])
    const checking = completeReads(reading, ledger)

    // The foreign transactions are open all along, and must not hold up the log; but once they end, so that the reader
    // which waits for them has a chance.
    await followers[0]!.untilCount(unsoundEventsMax / 2)
    const xminWhileForeign = unsound[xminIndex]!.seen.size
    for (const { run } of foreign) await run('COMMIT')
    await followers[0]!.untilCount(unsoundEventsMax)
    const stoppedAt = await Promise.all(unsound.map(({ finish }) => finish()))
    await beginForeign(foreign)
    await writing
    const seconds = (performance.now() - started) / 1_000

    const by = await raw(server.url)
    const rows = await by.run('SELECT position, stream, revision FROM detrics_keys.events ORDER BY position')
    await by.close()
    const written = rows.map(([, stream = '', revision = '']) => `${stream} ${revision}`)
    for (const each of followers) await each.untilCount(written.length)
    for (const { close } of foreign) await close()
    const places = rows.map(([position = '0']) => BigInt(position))
    const lost = unsound.map(
      ({ seen }, n) => places.filter((place) => place <= stoppedAt[n]! && !seen.has(place)).length,
    )
    const { reads, beyond, missing } = await checking
    printFigures('order of the log in PostgreSQL', seed, {
      'events written': `${written.length} in ${seconds.toFixed(1)} s by ${long + throughAdapter} writers`,
      'aborted, refused': [ledger.aborted, ledger.conflicts],
      'delivered in two other processes': followers.map(({ delivered }) => delivered.length),
      'complete reads': `${reads}, ${beyond} of them with events that were not settled; missing ${missing.length}`,
      'lost by unsound readers': Object.fromEntries(unsoundReaders.map((name, n) => [name, lost[n]])),
      'given by xmin while others wrote elsewhere': xminWhileForeign,
    })

    expect(written.length).toBeGreaterThanOrEqual(eventsMax)
    expect(written.length).toBe(ledger.acknowledged.length)
    for (const { delivered } of followers) {
      expect(outOfOrder(delivered)).toEqual([])
      // In the order of the positions, so none is missing and none is there twice. Compared as one text: a difference
      // between a million lines would take longer to print than to find.
      expect(
        delivered.map(([, stream, revision]) => `${stream} ${revision}`).join('\n') === written.join('\n'),
      ).toBe(true)
    }
    expect(missing).toEqual([])
    expect(beyond).toBeGreaterThan(0)
    expect(xminWhileForeign).toBe(0)
    for (const [n, name] of unsoundReaders.entries()) expect([name, lost[n]! > 0]).toEqual([name, true])
  },
  amount({ run: 2, soak: 12 }) * minutes,
)

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream } from '@detrics/keys-domain'
import type { EventStore, RecordedEvent } from '@detrics/keys-domain'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import { startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { opened } from '../harness.js'
import { appendTo, got, newEvent, newEvents, streamId } from '../steps.js'
import { connection, freshSchema } from './harness.js'
import { startProxy } from './proxy.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const freshUrl = (): string => server.urlWith({ parameters: { schema: freshSchema() } })
const whole = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> =>
  (await got(store.readAll(O.none, 10_000))).events

const tagIn = (result: E.Either<{ readonly _tag: string }, { readonly outcome: string }>): string =>
  E.isLeft(result) ? result.left._tag : result.right.outcome

/** Tries until the store says something else than that it cannot, for as long as a restart takes. */
const until = async <A>(work: () => Promise<A>, isDone: (result: A) => boolean): Promise<A> => {
  const deadline = performance.now() + 10_000
  for (;;) {
    const result = await work()
    if (isDone(result) || performance.now() > deadline) return result
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a connection that is cut at the socket', () => {
  test('after the commit leaves the outcome unknown, and the retry finds one copy', async () => {
    const proxy = await startProxy(freshUrl())
    const store = await opened(openPostgresEventStore({ url: proxy.url }))
    await appendTo(store, 'before')
    for (const size of [1, 100]) {
      const events = newEvents(size)
      const append = store.append(streamId(`s-${size}`), noStream, events)
      proxy.cutAfterNextAppend()
      expect(tagIn(await append())).toBe('OutcomeUnknown')
      expect(tagIn(await append())).toBe('AlreadyAppended')
      const stored = (await whole(store)).filter(({ stream }) => stream === `s-${size}`)
      expect(stored.map(({ id }) => id)).toEqual(events.map(({ id }) => id))
    }
    await store.close()
    await proxy.stop()
  })

  test('before it arrives leaves the outcome unknown too, and the retry appends once', async () => {
    const proxy = await startProxy(freshUrl())
    const store = await opened(openPostgresEventStore({ url: proxy.url }))
    await appendTo(store, 'before')
    const append = store.append(streamId('one'), noStream, newEvents(3))
    proxy.cutBeforeNextAppend()
    expect(tagIn(await append())).toBe('OutcomeUnknown')
    expect(tagIn(await append())).toBe('Appended')
    expect(await whole(store)).toHaveLength(4)
    await store.close()
    await proxy.stop()
  })

  test('harms of many appends at once those only that were on their way', async () => {
    const proxy = await startProxy(freshUrl())
    const store = await opened(openPostgresEventStore({ url: proxy.url }))
    await appendTo(store, 'before')
    const append = (name: string) => store.append(streamId(name), noStream, newEvents(1))()
    proxy.cutAfterNextAppend()
    const first = append('first')
    await Promise.resolve()
    await Promise.resolve()
    const later = await Promise.all(Array.from({ length: 20 }, (_, index) => append(`s-${index}`)))
    expect(tagIn(await first)).toBe('OutcomeUnknown')
    expect(new Set(later.map(tagIn))).toEqual(new Set(['Appended']))
    await store.close()
    await proxy.stop()
  })
})

test('a network that falls silent is Unavailable or in doubt, in time, and closing ends', async () => {
  const proxy = await startProxy(freshUrl())
  const store = await opened(openPostgresEventStore({ url: proxy.url }))
  await appendTo(store, 'before')
  proxy.fallSilent()
  const begun = performance.now()
  const [append, read] = await Promise.all([
    store.append(streamId('one'), noStream, newEvents(1))(),
    store.readAll(O.none, 10)(),
  ])
  expect([tagIn(append), E.isLeft(read) && read.left._tag]).toEqual(['OutcomeUnknown', 'Unavailable'])
  expect(performance.now() - begun).toBeLessThan(5_000)
  const again = performance.now()
  expect(tagIn(await store.append(streamId('two'), noStream, newEvents(1))())).toBe('Unavailable')
  await store.close()
  expect(performance.now() - again).toBeLessThan(5_000)
  await proxy.stop()
})

interface Writing {
  readonly acknowledged: ReadonlyArray<string>
  readonly doubts: number
}

/** Appends one event after the other to a stream until told to stop, and sends what is in doubt again. */
const write = async (store: EventStore, name: string, isOver: () => boolean): Promise<Writing> => {
  const acknowledged: Array<string> = []
  let doubts = 0
  let expected: Parameters<EventStore['append']>[1] = noStream
  while (!isOver()) {
    const event = newEvent()
    const append = store.append(streamId(name), expected, [event])
    const result = await until(append, (each) => {
      const isIn = E.isRight(each)
      if (!isIn) doubts += 1
      return isIn || !['Unavailable', 'OutcomeUnknown'].includes(each.left._tag)
    })
    if (E.isLeft(result)) throw new Error(result.left._tag)
    acknowledged.push(event.id)
    expected = at(result.right.last)
  }
  return { acknowledged, doubts }
}

/** Follows the log from its beginning until it has so many events; taken up after the last one where it was dropped. */
const followUntil = async (store: EventStore, count: () => number): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = []
  let after: Parameters<EventStore['subscribe']>[0] = O.none
  while (ids.length < count()) {
    const subscription = await got(store.subscribe(after))
    for await (const message of subscription.messages) {
      if (message._tag === 'Events') {
        ids.push(...message.events.map(({ id }) => id))
        after = O.fromNullable(message.events.at(-1)?.position)
      }
      if (ids.length >= count()) await subscription.cancel()
    }
  }
  return ids
}

const writers = 6

/** Two handles are written and followed by while `disturb` does its work. */
const expectNothingLostWhile = async (disturb: () => Promise<void>): Promise<number> => {
  const url = freshUrl()
  const [store, other] = [
    await opened(openPostgresEventStore({ url })),
    await opened(openPostgresEventStore({ url })),
  ]
  let isOver = false
  let expected = Number.POSITIVE_INFINITY
  const following = followUntil(other, () => expected)
  const writing = Array.from({ length: writers }, (_, index) =>
    write(index % 2 === 0 ? store : other, `s-${index}`, () => isOver),
  )
  await disturb()
  isOver = true
  const written = await Promise.all(writing)
  const acknowledged = written.flatMap((each) => each.acknowledged)
  // One more, so that whoever follows looks at the count again.
  expected = acknowledged.length + 1
  await until(store.append(streamId('last'), noStream, [newEvent()]), E.isRight)
  const followed = await following
  const log = await whole(store)
  expect(log).toHaveLength(expected)
  expect(followed).toEqual(log.map(({ id }) => id))
  for (const [index, { acknowledged: own }] of written.entries())
    expect(log.filter(({ stream }) => stream === `s-${index}`).map(({ id }) => id)).toEqual(own)
  await Promise.all([store.close(), other.close()])
  const doubts = written.reduce((sum, each) => sum + each.doubts, 0)
  process.stdout.write(`${expected} events by ${writers} writers, ${doubts} appends sent again\n`)
  return doubts
}

test('with every connection ended by the server again and again, nothing acknowledged is lost or doubled', async () => {
  const client = await connection(server.url)
  const rounds = 15
  let ended = 0
  const doubts = await expectNothingLostWhile(async () => {
    for (let round = 0; round < rounds; round++) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      const { rowCount } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
      )
      ended += rowCount ?? 0
    }
  })
  expect(ended).toBeGreaterThan(rounds)
  expect(doubts).toBeGreaterThan(0)
  await client.end()
})

test('with the server restarted and killed under it, nothing acknowledged is lost or doubled', async () => {
  await expectNothingLostWhile(async () => {
    for (const how of ['restart', 'kill'] as const) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      if (how === 'restart') await server.restart()
      else {
        await server.kill()
        await server.start()
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  })
})

test('connections that are ended while nobody uses them harm nobody', async () => {
  const store = await opened(openPostgresEventStore({ url: freshUrl() }))
  await appendTo(store, 'one')
  const client = await connection(server.url)
  for (let round = 0; round < 3; round++) {
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL`,
    )
    const size = await until(
      () => store.readAll(O.none, 10)(),
      (result) => E.isRight(result),
    )
    expect(E.isRight(size) && size.right.events.length).toBe(1 + round)
    await until(store.append(streamId(`s-${round}`), noStream, newEvents(1)), E.isRight)
  }
  await client.end()
  await store.close()
})

test('a transaction that is left open holds an append of the same place up for a bounded time', async () => {
  const url = freshUrl()
  const store = await opened(openPostgresEventStore({ url }))
  await appendTo(store, 'one')
  const schema = new URL(url).searchParams.get('schema') ?? ''
  const client = await connection(server.url)
  await client.query('BEGIN')
  await client.query(`INSERT INTO ${schema}.events (stream, revision, id, type, schema, data, metadata, recorded_at)
    VALUES ('two', 0, gen_random_uuid(), 'T', 1, '1', '1', 0)`)
  const begun = performance.now()
  expect(await store.append(streamId('two'), noStream, newEvents(1))()).toMatchObject({
    left: { _tag: 'Unavailable', cause: '55P03' },
  })
  expect(performance.now() - begun).toBeLessThan(5_000)
  await client.query('ROLLBACK')
  await client.end()
  await appendTo(store, 'two')
  expect(await whole(store)).toHaveLength(2)
  await store.close()
})

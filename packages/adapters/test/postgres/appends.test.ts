import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type pg from 'pg'
import { at, noStream, outcomeUnknown, position, revision, unavailable } from '@detrics/keys-domain'
import type { Appended, EventStore, NewEvent, RecordedEvent } from '@detrics/keys-domain'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import { startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { appendQueue } from '../../src/postgres/append-queue.js'
import { appendFault, faultOf, unsent } from '../../src/postgres/fault.js'
import type { LogWriter } from '../../src/postgres/log-writer.js'
import type { AppendResult } from '../../src/shared/waiting-appends.js'
import { opened } from '../harness.js'
import { appendTo, got, newEvent, newEvents, streamId } from '../steps.js'
import { connection, freshSchema } from './harness.js'

const request = (stream: string, size = 1) =>
  ({ stream: streamId(stream), expected: noStream, events: newEvents(size) }) as const
const appended: Appended = {
  outcome: 'Appended',
  first: revision(0),
  last: revision(0),
  position: position('1'),
}

/** A writer that answers when it is let go, and a log of the groups that it was given. */
const heldWriter = (results: (stream: string) => AppendResult = () => E.right(appended)) => {
  const groups: Array<ReadonlyArray<string>> = []
  const held: Array<() => void> = []
  const writer: LogWriter = {
    append: async (requests) => {
      groups.push(requests.map(({ stream }) => stream))
      await new Promise<void>((resolve) => held.push(resolve))
      return requests.map(({ stream }) => results(stream))
    },
    isLost: () => false,
  }
  /** Lets the group go that is on its way, once it is. */
  const letGo = async (): Promise<void> => {
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))
    held.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { writer, groups, letGo }
}

describe('the queue of appends', () => {
  test('sends together what is asked for in one turn, and what waits while a group is on its way', async () => {
    const { writer, groups, letGo } = heldWriter()
    let rings = 0
    const queue = appendQueue(
      () => Promise.resolve(E.right(writer)),
      () => (rings += 1),
    )
    const adding = ['a', 'b'].map((name) => queue.add(request(name)))
    while (groups.length === 0) await new Promise((resolve) => setImmediate(resolve))
    adding.push(...['c', 'd', 'e'].map((name) => queue.add(request(name))))
    await letGo()
    await letGo()
    expect(await Promise.all(adding)).toEqual(adding.map(() => E.right(appended)))
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ])
    await queue.drained()
    await new Promise((resolve) => setImmediate(resolve))
    expect(rings).toBe(2)
  })

  test('has of each stream one append in a group, and keeps their order', async () => {
    const { writer, groups, letGo } = heldWriter()
    const queue = appendQueue(
      () => Promise.resolve(E.right(writer)),
      () => undefined,
    )
    const adding = ['a', 'a', 'b', 'a', 'b'].map((name) => queue.add(request(name)))
    for (let group = 0; group < 3; group++) await letGo()
    await Promise.all(adding)
    expect(groups).toEqual([['a', 'b'], ['a', 'b'], ['a']])
  })

  test('keeps a group within its bounds', async () => {
    const { writer, groups, letGo } = heldWriter()
    const queue = appendQueue(
      () => Promise.resolve(E.right(writer)),
      () => undefined,
    )
    const adding = [request('a', 600), request('b', 600), request('c')].map(queue.add)
    for (let group = 0; group < 2; group++) await letGo()
    await Promise.all(adding)
    expect(groups).toEqual([['a'], ['b', 'c']])
  })

  test('refuses more than it can hold', async () => {
    const { writer, letGo } = heldWriter()
    const queue = appendQueue(
      () => Promise.resolve(E.right(writer)),
      () => undefined,
    )
    const adding = Array.from({ length: 4_100 }, () => queue.add(request('a')))
    const results: Array<AppendResult> = []
    for (const each of adding) void each.then((result) => results.push(result))
    await letGo()
    expect(results.filter(E.isLeft)).toEqual(Array.from({ length: 4 }, () => E.left(tooMany)))
  })

  test('tells everybody who waits that there is no connection, and asks for one again later', async () => {
    const { writer, letGo } = heldWriter()
    let opens = 0
    const queue = appendQueue(
      () => Promise.resolve(opens++ === 0 ? E.left(unsent('ECONNREFUSED')) : E.right(writer)),
      () => undefined,
    )
    const refused = await Promise.all(['a', 'b', 'c'].map((name) => queue.add(request(name))))
    expect(refused).toEqual(refused.map(() => E.left(unavailable('ECONNREFUSED'))))
    const later = queue.add(request('a'))
    await letGo()
    expect(await later).toEqual(E.right(appended))
  })

  test('rings for nothing but what was written', async () => {
    const { writer, letGo } = heldWriter(() => E.left(unavailable('no')))
    let rings = 0
    const queue = appendQueue(
      () => Promise.resolve(E.right(writer)),
      () => (rings += 1),
    )
    const adding = queue.add(request('a'))
    await letGo()
    await adding
    expect(rings).toBe(0)
  })
})

test('what a statement met is in doubt unless PostgreSQL said that it is undone', () => {
  const fateOf = (code: unknown): string => faultOf({ code }).fate
  for (const code of ['23505', '40P01', '55P03', '25006', '53100', '22021', '42501', 'P0001'])
    expect([code, fateOf(code)]).toEqual([code, 'undone'])
  for (const code of [
    '57014',
    '57P01',
    '57P02',
    '40003',
    '25P03',
    '08006',
    '58030',
    'XX000',
    'ECONNRESET',
    undefined,
  ])
    expect([code, fateOf(code)]).toEqual([code, 'doubtful'])
  const fault = faultOf(new Error('postgres://u:hidden@host'))
  expect(appendFault(fault)).toEqual(outcomeUnknown('the connection was lost, or no answer came in time'))
  expect(appendFault(unsent('ECONNREFUSED'))).toEqual(unavailable('ECONNREFUSED'))
})

const tooMany = unavailable('too many appends are waiting')

describe('on a server', () => {
  const schema = freshSchema()
  let server: PostgresServer
  let store: EventStore
  let other: EventStore
  beforeAll(async () => {
    server = await startPostgres()
    const url = server.urlWith({ parameters: { schema } })
    store = await opened(openPostgresEventStore({ url }))
    other = await opened(openPostgresEventStore({ url }))
  })
  afterAll(async () => {
    await Promise.all([store.close(), other.close()])
    await server.stop()
  })

  /** Resolves when an append of a store waits for another transaction. */
  const waitingFor = async (client: pg.Client): Promise<void> => {
    for (;;) {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'detrics-keys appending' AND wait_event_type = 'Lock'`,
      )
      if (rowCount !== 0) return
    }
  }

  let count = 0
  const fresh = (): string => `s-${count++}`
  const whole = async (): Promise<ReadonlyArray<RecordedEvent>> =>
    (await got(store.readAll(O.none, 10_000))).events
  const tagsOf = async (results: ReadonlyArray<Promise<AppendResult>>): Promise<ReadonlyArray<string>> =>
    (await Promise.all(results)).map((result) => (E.isLeft(result) ? result.left._tag : result.right.outcome))

  test('refused appends harm no other of their group', async () => {
    const known = fresh()
    const stored = newEvents(2)
    await got(store.append(streamId(known), noStream, stored))
    const before = (await whole()).length
    const names = Array.from({ length: 8 }, fresh)
    const results = await tagsOf([
      store.append(streamId(names[0]!), noStream, newEvents(3))(),
      store.append(streamId(known), at(revision(7)), newEvents(1))(),
      store.append(streamId(names[1]!), noStream, [newEvent(), { ...newEvent(), id: stored[0].id }])(),
      store.append(streamId(names[2]!), noStream, [stored[0]])(),
      store.append(streamId(names[3]!), at(revision(2n ** 80n)), newEvents(1))(),
      store.append(streamId(names[4]!), noStream, newEvents(2))(),
      store.append(streamId(known), noStream, stored)(),
      store.append(streamId(names[5]!), at(revision(0)), newEvents(2))(),
    ])
    expect(results).toEqual([
      'Appended',
      'WrongExpectedRevision',
      'EventIdConflict',
      'EventIdConflict',
      'WrongExpectedRevision',
      'Appended',
      'AlreadyAppended',
      'WrongExpectedRevision',
    ])
    expect(await whole()).toHaveLength(before + 5)
  })

  test('one id at once by two processes in two streams is stored once, and nothing else suffers', async () => {
    const rounds = 20
    for (let round = 0; round < rounds; round++) {
      const before = (await whole()).length
      const event = newEvent()
      const bystanders = [store, other, store, other].map((each) =>
        each.append(streamId(fresh()), noStream, newEvents(2))(),
      )
      const results = await tagsOf([
        store.append(streamId(fresh()), noStream, [newEvent(), event])(),
        other.append(streamId(fresh()), noStream, [event, newEvent()])(),
      ])
      // The loser had nothing else that is known: it holds a part of its batch only.
      expect(results.toSorted()).toEqual(['Appended', 'EventIdConflict'])
      expect(await tagsOf(bystanders)).toEqual(bystanders.map(() => 'Appended'))
      expect(await whole()).toHaveLength(before + 10)
    }
  })

  test('of appends that wait for each other one is undone and tried again, alone', async () => {
    const [x, y] = [newEvent(), newEvent()]
    const [a, b, c] = [fresh(), fresh(), fresh()].toSorted().map(streamId)
    const client = await connection(server.url)
    // It waits longer than the store's connection, so that it is the store's append that PostgreSQL ends.
    await client.query(`SET deadlock_timeout = '20s'; BEGIN`)
    const insert = (event: NewEvent): Promise<unknown> =>
      client.query(
        `INSERT INTO ${schema}.events (stream, revision, id, type, schema, data, metadata, recorded_at)
         VALUES ($1, 0, $2, 'T', 1, '1', '1', 0) ON CONFLICT DO NOTHING`,
        [fresh(), event.id],
      )
    await insert(x)
    const appends = tagsOf([
      store.append(a!, noStream, [y])(),
      store.append(b!, noStream, newEvents(2))(),
      store.append(c!, noStream, [x])(),
    ])
    // Now the store's group has written y and waits for x.
    await waitingFor(client)
    await insert(y)
    await client.query('COMMIT')
    // Whoever of the two comes first has y.
    expect(await appends).toEqual([
      expect.stringMatching('^(EventIdConflict|Appended)$'),
      'Appended',
      'EventIdConflict',
    ])
    expect((await whole()).filter(({ id }) => id === y.id)).toHaveLength(1)
    const { rows } = await client.query<{ readonly deadlocks: string }>(
      `SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()`,
    )
    expect(Number(rows[0]?.deadlocks)).toBe(1)
    await client.end()
  })

  test('many processes at one stream all get through, in numbers without a gap', async () => {
    const name = streamId(fresh())
    await appendTo(store, name)
    const writers = 8
    const each = 10
    await Promise.all(
      Array.from({ length: writers }, async (_, index) => {
        const own = index % 2 === 0 ? store : other
        for (let done = 0; done < each;) {
          const page = await got(
            own.readStream({ stream: name, direction: 'backwards', from: 'end', limit: 1 }),
          )
          const result = await own.append(name, at(page.events[0]!.revision), newEvents(1))()
          const tag = E.isLeft(result) ? result.left._tag : result.right.outcome
          expect(['Appended', 'WrongExpectedRevision']).toContain(tag)
          if (tag === 'Appended') done += 1
        }
      }),
    )
    const { events } = await got(
      store.readStream({ stream: name, direction: 'forwards', from: 'start', limit: 1_000 }),
    )
    expect(events.map((event) => Number(event.revision))).toEqual(
      Array.from({ length: writers * each + 1 }, (_, index) => index),
    )
    expect((await whole()).filter(({ stream }) => stream === name)).toEqual(events)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream, revision } from '@detrics/keys-domain'
import type { EventStore, LogPage } from '@detrics/keys-domain'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import { startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { readLog } from '../../src/postgres/log-reader.js'
import type { LogSession } from '../../src/postgres/log-session.js'
import { highestMark, lockBase, markOf, raisedBy } from '../../src/postgres/mark.js'
import type { Row } from '../../src/postgres/session.js'
import { opened } from '../harness.js'
import { appendTo, got, newEvents, streamId } from '../steps.js'
import { beginAppendOn, connection, freshSchema, granted, sessionOn } from './harness.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ config: { max_prepared_transactions: '4' } })
})
afterAll(() => server.stop())

const freshUrl = (): string => server.urlWith({ parameters: { schema: freshSchema() } })
const openOn = (url: string): Promise<EventStore> => opened(openPostgresEventStore({ url }))
const settledOf = async (store: EventStore): Promise<number> => {
  const { settled } = await got(store.readAll(O.none, 100))
  return O.isNone(settled) ? 0 : Number(settled.value.slice(0, 19))
}

describe('the mark', () => {
  test('is the last position given out, or the lowest lock where that is lower', () => {
    expect(markOf(7n, undefined)).toBe(7n)
    expect(markOf(7n, 3n)).toBe(3n)
    // A lock above is of a writer that came after the first look; it must not raise the mark to what nobody looked for.
    expect(markOf(7n, 9n)).toBe(7n)
  })

  test('of the reads before is used, unless the log was set back since', () => {
    expect(raisedBy(5n, 3n, 9n)).toBe(5n)
    expect(raisedBy(5n, 7n, 9n)).toBe(7n)
    expect(raisedBy(5n, 2n, 4n)).toBe(2n)
    const marks = highestMark()
    for (const [noted, known] of [
      [5n, 5n],
      [3n, 5n],
      [6n, 6n],
    ] as const) {
      marks.note(noted)
      expect(marks.known()).toBe(known)
    }
    marks.forget()
    expect(marks.known()).toBe(0n)
  })

  test('of a read that began later is not used: the rows may be older than what it rests on', async () => {
    const row = (place: number): Row => [
      String(place),
      's',
      '0',
      `${place}`.padStart(8, '0'),
      'T',
      '1',
      '1',
      '1',
      '0',
    ]
    const sessionWith = (
      answers: Record<string, ReadonlyArray<Row>>,
      held: Promise<void> = Promise.resolve(),
    ) =>
      ({
        run: async ({ name }: { readonly name: string }) => {
          await held
          return E.right(answers[name] ?? [])
        },
        facts: { namespace: 1, database: '1' },
      }) as unknown as LogSession
    const marks = highestMark()
    const read = (session: LogSession) =>
      got(() => readLog(session, { schema: 's', marks }, { named: undefined, after: O.none, limit: 9 }))
    let letGo = (): void => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    // Position 2 is not committed when the rows of the early read are taken; the late read sees it.
    const early = read(
      sessionWith(
        { 'last place': [['3', 'f']], 'lowest lock': [['1']], 'rows after': [row(1), row(3)] },
        held,
      ),
    )
    const late = await read(
      sessionWith({
        'last place': [['3', 'f']],
        'lowest lock': [[null]],
        'rows after': [row(1), row(2), row(3)],
      }),
    )
    letGo()
    const placeOf = (page: LogPage): string =>
      O.isSome(page.settled) ? page.settled.value.slice(18, 19) : 'none'
    expect([placeOf(late), placeOf(await early)]).toEqual(['3', '1'])
  })

  test('comes of three statements that are sent in order in one turn, and of a server that is no replica', async () => {
    const sent: Array<string> = []
    const answers: Record<string, ReadonlyArray<Row>> = {
      'last place': [['0', 'f']],
      'lowest lock': [[null]],
    }
    const session = {
      run: ({ name }: { readonly name: string }) => {
        sent.push(name)
        return Promise.resolve(E.right(answers[name] ?? []))
      },
      facts: { namespace: 1, database: '1' },
    } as unknown as LogSession
    const read = () =>
      readLog(session, { schema: 's', marks: highestMark() }, { named: undefined, after: O.none, limit: 1 })
    const reading = read()
    expect(sent).toEqual(['last place', 'lowest lock', 'rows after'])
    expect(await reading).toEqual(E.right({ events: [], settled: O.none, complete: true }))
    answers['last place'] = [['0', 't']]
    expect(await read()).toMatchObject({
      left: { _tag: 'Unavailable', cause: expect.stringContaining('replica') },
    })
  })
})

test('a session is READ COMMITTED and commits on the disk, whatever its role is set to', async () => {
  const client = await connection(server.url)
  await client.query(`ALTER ROLE detrics SET default_transaction_isolation = 'serializable'`)
  await client.query(`ALTER ROLE detrics SET synchronous_commit = 'local'`)
  const url = freshUrl()
  const store = await openOn(url)
  const session = await sessionOn(url)
  const answers = await granted(session.script('SHOW transaction_isolation; SHOW synchronous_commit'))
  expect(answers).toEqual([[['read committed']], [['on']]])
  await client.query('ALTER ROLE detrics RESET ALL')
  await Promise.all([session.close(), client.end(), store.close()])
})

test('no append draws a position before it has its lock, by none of the statements that append', async () => {
  const url = freshUrl()
  const schema = new URL(url).searchParams.get('schema') ?? ''
  const store = await openOn(url)
  await appendTo(store, 'one', 2)
  const session = await sessionOn(url)
  const lastPlace = async (): Promise<unknown> =>
    (await granted(session.script(`SELECT last_value FROM ${schema}.event_positions`)))[0]?.[0]?.[0]
  // Held by another program, and not shared: the lock of the next append, which is then not to be had.
  await granted(session.script(`SELECT pg_advisory_lock(${lockBase(session.facts)} | 2)`))
  const appends = [
    store.append(streamId('unknown'), at(revision(0)), newEvents(1)),
    store.append(streamId('new'), noStream, newEvents(1)),
    store.append(streamId('batch'), noStream, newEvents(3)),
  ]
  for (const append of appends)
    expect(await append()).toMatchObject({ left: { _tag: 'Unavailable', cause: '55P03' } })
  expect(await lastPlace()).toBe('2')
  await granted(session.script('SELECT pg_advisory_unlock_all()'))
  await appendTo(store, 'new')
  expect(await lastPlace()).toBe('3')
  await Promise.all([session.close(), store.close()])
})

describe('the feed is held up', () => {
  test('by an open append of its own log, and not by one of another log in the same database', async () => {
    const [url, otherUrl] = [freshUrl(), freshUrl()]
    const [store, other] = [await openOn(url), await openOn(otherUrl)]
    const append = await beginAppendOn(otherUrl, streamId('slow'), newEvents(2))
    await appendTo(store, 'one', 2)
    await appendTo(other, 'one', 2)
    expect([await settledOf(store), await settledOf(other)]).toEqual([2, 0])
    await append.commit()
    expect(await settledOf(other)).toBe(4)
    await Promise.all([store.close(), other.close()])
  })

  test('by an append that is prepared and has no process any more', async () => {
    const url = freshUrl()
    const store = await openOn(url)
    await appendTo(store, 'one', 2)
    const session = await sessionOn(url)
    const schema = new URL(url).searchParams.get('schema') ?? ''
    await granted(session.script('BEGIN'))
    await granted(
      session.script(`SELECT ${schema}.append_event(${lockBase(session.facts)}, 'slow', 0, gen_random_uuid(), 'T', 1, '1', '1');
        PREPARE TRANSACTION 'left over'`),
    )
    await session.close()
    await appendTo(store, 'two', 2)
    expect(await settledOf(store)).toBe(2)
    const client = await connection(server.url)
    await client.query(`COMMIT PREPARED 'left over'`)
    expect(await settledOf(store)).toBe(5)
    await client.end()
    await store.close()
  })

  test('by an appender that stands still in its transaction, until the server ends it', async () => {
    const url = freshUrl()
    const store = await openOn(url)
    await beginAppendOn(url, streamId('slow'), newEvents(1))
    await appendTo(store, 'fast', 2)
    expect(await settledOf(store)).toBe(0)
    const subscription = await got(store.subscribe(O.none))
    const begun = performance.now()
    let delivered = 0
    for await (const message of subscription.messages) {
      if (message._tag === 'Events') delivered += message.events.length
      if (delivered === 2) await subscription.cancel()
    }
    expect(performance.now() - begun).toBeLessThan(8_000)
    await store.close()
  })
})

describe('who waits in another process is told', () => {
  const rounds = 15

  /** How long events take from the call of their append to their delivery, rising. */
  const delays = async (
    url: string,
    append: (name: string) => Promise<unknown>,
  ): Promise<ReadonlyArray<number>> => {
    const store = await openOn(url)
    const subscription = await got(store.subscribe(O.none))
    const messages = subscription.messages[Symbol.asyncIterator]()
    const next = async (tag: string): Promise<void> => {
      for (;;) if ((await messages.next()).value?._tag === tag) return
    }
    const found: Array<number> = []
    await next('CaughtUp')
    for (let round = 0; round < rounds; round++) {
      const delivered = next('Events')
      const begun = performance.now()
      await append(`s-${round}`)
      await delivered
      found.push(performance.now() - begun)
      await next('CaughtUp')
    }
    await subscription.cancel()
    await store.close()
    return found.toSorted((a, b) => a - b)
  }

  test('by a message at once, and without one at the next look', async () => {
    const url = freshUrl()
    const writer = await openOn(url)
    await appendTo(writer, 'before')
    const told = await delays(url, (name) => appendTo(writer, name))
    const untold = await delays(url, async (name) => {
      await (await beginAppendOn(url, streamId(`untold-${name}`), newEvents(1))).commit()
    })
    const show = (all: ReadonlyArray<number>): string =>
      `median ${all[Math.floor(all.length / 2)]?.toFixed(1)} ms, highest ${all.at(-1)?.toFixed(1)} ms`
    process.stdout.write(`from append to delivery: told ${show(told)}; at the next look ${show(untold)}\n`)
    expect(told[Math.floor(rounds / 2)]).toBeLessThan(20)
    expect(untold[Math.floor(rounds / 2)]).toBeGreaterThan(20)
    expect(untold.at(-1)).toBeLessThan(1_000)
    await writer.close()
  })

  test('also after the connections for messages were ended', async () => {
    const url = freshUrl()
    const writer = await openOn(url)
    const client = await connection(server.url)
    const ended: Array<number> = []
    const all = await delays(url, async (name) => {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'detrics-keys waking'`,
      )
      ended.push(rowCount ?? 0)
      await got(writer.append(streamId(name), noStream, newEvents(1)))
    })
    expect(ended.some((count) => count > 0)).toBe(true)
    expect(all.at(-1)).toBeLessThan(1_000)
    await client.end()
    await writer.close()
  })
})

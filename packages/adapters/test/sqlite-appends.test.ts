import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { noStream, outcomeUnknown, position, revision, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended, OutcomeUnknown, RecordedEvent, Unavailable } from '@detrics/keys-domain'
import { openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { appendQueue } from '../src/sqlite/append-queue.js'
import { openConnection } from '../src/sqlite/connection.js'
import { openSqliteEventStoreWith } from '../src/sqlite/event-store.js'
import { logReader } from '../src/sqlite/log-reader.js'
import { logForm } from '../src/sqlite/log-schema.js'
import { logWriter } from '../src/sqlite/log-writer.js'
import type { LogWriter } from '../src/sqlite/log-writer.js'
import { inFolder, opened } from './harness.js'
import { appendTo, got, newEvent, newEvents, streamId } from './steps.js'

const eventsIn = (database: Database.Database): ReadonlyArray<RecordedEvent> => {
  const page = logReader(database).readAll({ after: O.none, named: undefined, limit: 10 })
  return E.isRight(page) ? page.right.events : []
}

const request = { stream: streamId('one'), expected: noStream, events: newEvents(1) } as const
const appended: Appended = {
  outcome: 'Appended',
  first: revision(0),
  last: revision(0),
  position: position('1'),
}

interface WriterPlan {
  /** How often the lock is held by another when a transaction begins. */
  readonly busyTimes?: number
  readonly append?: (call: number) => E.Either<AppendError, Appended>
  readonly commit?: E.Either<Unavailable | OutcomeUnknown, void>
}

/** A writer that does as it is told, and a log of what it was asked. */
const plannedWriter = (plan: WriterPlan): { readonly writer: LogWriter; readonly steps: Array<string> } => {
  const steps: Array<string> = []
  let busy = plan.busyTimes ?? 0
  let calls = 0
  const writer: LogWriter = {
    begin: () => {
      steps.push('begin')
      return busy-- > 0 ? E.left({ busy: true, code: 'SQLITE_BUSY' }) : E.right(undefined)
    },
    append: () => {
      steps.push('append')
      return plan.append?.(calls++) ?? E.right(appended)
    },
    commit: () => {
      steps.push('commit')
      return plan.commit ?? E.right(undefined)
    },
  }
  return { writer, steps }
}

describe('the queue of appends', () => {
  test('commits what is asked for in one turn together, and what comes later in a transaction of its own', async () => {
    const { writer, steps } = plannedWriter({})
    let rings = 0
    const queue = appendQueue(writer, () => (rings += 1), 1_000)
    await Promise.all([queue.add(request), queue.add(request), queue.add(request)])
    expect(steps).toEqual(['begin', 'append', 'append', 'append', 'commit'])
    await queue.add(request)
    expect(steps.slice(5)).toEqual(['begin', 'append', 'commit'])
    expect(rings).toBe(2)
  })

  test('splits a crowd into transactions of bounded size and keeps its order', async () => {
    const { writer, steps } = plannedWriter({})
    const queue = appendQueue(writer, () => undefined, 1_000)
    const large = { ...request, events: newEvents(600) }
    const order: Array<number> = []
    await Promise.all(
      [large, large, request].map((each, index) => queue.add(each).then(() => order.push(index))),
    )
    expect(steps).toEqual(['begin', 'append', 'commit', 'begin', 'append', 'append', 'commit'])
    expect(order).toEqual([0, 1, 2])
  })

  test('refuses more than it can hold', async () => {
    const queue = appendQueue(plannedWriter({}).writer, () => undefined, 1_000)
    const results = await Promise.all(Array.from({ length: 4_100 }, () => queue.add(request)))
    const refused = results.filter(E.isLeft)
    expect(refused).toHaveLength(4)
    expect(refused[0]).toEqual(E.left(unavailable('too many appends are waiting')))
  })

  test('tries again while another process holds the lock', async () => {
    const { writer, steps } = plannedWriter({ busyTimes: 3 })
    const queue = appendQueue(writer, () => undefined, 1_000)
    expect(await queue.add(request)).toEqual(E.right(appended))
    expect(steps).toEqual(['begin', 'begin', 'begin', 'begin', 'append', 'commit'])
  })

  test('says that the outcome is unknown when the commit failed, and withdraws what rested on it', async () => {
    const conflict = E.left<AppendError>({
      _tag: 'WrongExpectedRevision',
      stream: request.stream,
      actual: O.none,
    })
    const { writer } = plannedWriter({
      append: (call) => (call === 1 ? conflict : E.right(appended)),
      commit: E.left(outcomeUnknown('SQLITE_IOERR')),
    })
    let rings = 0
    const queue = appendQueue(writer, () => (rings += 1), 1_000)
    expect(await Promise.all([queue.add(request), queue.add(request)])).toEqual([
      E.left(outcomeUnknown('SQLITE_IOERR')),
      E.left(unavailable('SQLITE_IOERR')),
    ])
    expect(rings).toBe(0)
  })

  test('is drained when all that was added is answered', async () => {
    const queue = appendQueue(plannedWriter({ busyTimes: 2 }).writer, () => undefined, 1_000)
    await queue.drained()
    let answers = 0
    const adding = [1, 2, 3].map(() => queue.add(request).then(() => (answers += 1)))
    await queue.drained()
    await Promise.all(adding)
    expect(answers).toBe(3)
  })
})

describe('while another process holds the lock', () => {
  test('appends wait and reads do not', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await opened(openSqliteEventStore({ file }))
      await appendTo(store, 'one')
      const holder = new Database(file)
      holder.exec('BEGIN IMMEDIATE')
      let waiting = true
      const append = appendTo(store, 'two').finally(() => (waiting = false))
      const page = await got(store.readAll(O.none, 10))
      expect([page.events.length, page.complete, waiting]).toEqual([1, true, true])
      holder.exec('COMMIT')
      await append
      expect((await got(store.readAll(O.none, 10))).events).toHaveLength(2)
      holder.close()
      await store.close()
    }))

  test('an append is Unavailable at its deadline, and nothing of it is written', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const settings = { synchronous: 'FULL', walAutocheckpoint: 1_000, lockDeadlineMs: 60 } as const
      const store = await opened(openSqliteEventStoreWith(file, settings))
      const holder = new Database(file)
      holder.exec('BEGIN IMMEDIATE')
      const begun = performance.now()
      const result = await store.append(streamId('one'), noStream, [newEvent()])()
      expect(result).toEqual(E.left(unavailable('SQLITE_BUSY')))
      expect(performance.now() - begun).toBeLessThan(2_000)
      holder.exec('ROLLBACK')
      holder.close()
      expect((await got(store.readAll(O.none, 10))).events).toEqual([])
      await appendTo(store, 'one')
      await store.close()
    }))

  test('a store that is closed still answers the appends that wait', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await opened(openSqliteEventStore({ file }))
      const holder = new Database(file)
      holder.exec('BEGIN IMMEDIATE')
      const append = appendTo(store, 'one')
      const closing = store.close()
      holder.exec('COMMIT')
      holder.close()
      await closing
      expect((await append).outcome).toBe('Appended')
    }))
})

test('a read is made in the very tick in which it is asked for', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db')
    const store = await opened(openSqliteEventStore({ file }))
    await appendTo(store, 'one')
    const other = new Database(file)
    const add = (revision: number): void => {
      other
        .prepare("INSERT INTO events VALUES (NULL, 1, ?, ?, 'T', 1, '1', '1', 0)")
        .run(revision, `id-${revision}`)
    }
    const before = store.readAll(O.none, 10)()
    add(1)
    const after = store.readAll(O.none, 10)()
    add(2)
    const counts = [await before, await after].map((page) =>
      E.isRight(page) ? page.right.events.length : -1,
    )
    expect(counts).toEqual([1, 2])
    other.close()
    await store.close()
  }))

test('on a full disk an append is Unavailable, and the log holds what was acknowledged and nothing else', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db')
    const settings = { synchronous: 'FULL', walAutocheckpoint: 1_000 } as const
    const database = await opened(openConnection(file, logForm, settings))
    const queue = appendQueue(logWriter(database), () => undefined, 1_000)
    const pages = Number(database.pragma('page_count', { simple: true }))
    database.pragma(`max_page_count = ${pages + 8}`)
    const append = (name: string, bytes: number) => {
      const event = newEvent({ data: `"${'x'.repeat(bytes)}"` })
      return queue.add({ stream: streamId(name), expected: noStream, events: [event] })
    }
    const group = await Promise.all([append('a', 10), append('b', 200_000), append('c', 10)])
    expect(group[1]).toEqual(E.left(unavailable('SQLITE_FULL')))
    database.pragma(`max_page_count = ${pages + 1_000}`)
    const later = await append('b', 200_000)
    expect(later).toMatchObject({ right: { outcome: 'Appended' } })
    const acknowledged = [...group, later].filter(E.isRight).length
    expect(eventsIn(database)).toHaveLength(acknowledged)
    database.close()
  }))

test('after SQLite has ended a transaction by itself, nothing of it is acknowledged and nothing is written outside it', () =>
  inFolder(async (folder) => {
    const settings = { synchronous: 'FULL', walAutocheckpoint: 1_000 } as const
    const database = await opened(openConnection(join(folder, 'log.db'), logForm, settings))
    const writer = logWriter(database)
    const request = (name: string) => ({ stream: streamId(name), expected: noStream, events: newEvents(1) })
    expect(writer.begin()).toEqual(E.right(undefined))
    expect(writer.append(request('a'))).toMatchObject({ right: { outcome: 'Appended' } })
    database.exec('ROLLBACK')
    const lost = E.left(unavailable('the transaction was rolled back'))
    expect(writer.append(request('b'))).toEqual(lost)
    expect(writer.commit()).toEqual(lost)
    expect(eventsIn(database)).toEqual([])
    database.close()
  }))

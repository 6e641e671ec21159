import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, closed, noStream, outcomeUnknown, position, revision, unavailable } from '@detrics/keys-domain'
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

const tell = (result: E.Either<AppendError, Appended>): string =>
  E.isRight(result) ? result.right.outcome : result.left._tag

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
  /** Which calls of a transaction end it, as a full disk does; counted over all transactions. */
  readonly faultAt?: (call: number) => boolean
  readonly commit?: E.Either<Unavailable | OutcomeUnknown, void>
}

/** A writer that does as it is told, and a log of what it was asked. */
const plannedWriter = (plan: WriterPlan): { readonly writer: LogWriter; readonly steps: Array<string> } => {
  const steps: Array<string> = []
  let busy = plan.busyTimes ?? 0
  let calls = 0
  let isLost = false
  const writer: LogWriter = {
    begin: () => {
      steps.push('begin')
      isLost = false
      return busy-- > 0 ? E.left({ busy: true, code: 'SQLITE_BUSY' }) : E.right(undefined)
    },
    append: (_request, how) => {
      steps.push(how === 'boldly' ? 'append' : 'append carefully')
      const call = calls++
      isLost ||= plan.faultAt?.(call) ?? false
      return isLost ? E.left(unavailable('SQLITE_FULL')) : (plan.append?.(call) ?? E.right(appended))
    },
    isLost: () => isLost,
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

  test('tries the calls of a transaction again one by one when one of them has ended it, and answers that one with its fault', async () => {
    // The second call of three is at fault, in the transaction of all and in its own.
    const { writer, steps } = plannedWriter({ faultAt: (call) => call === 1 || call === 4 })
    let rings = 0
    const queue = appendQueue(writer, () => (rings += 1), 1_000)
    const results = await Promise.all([queue.add(request), queue.add(request), queue.add(request)])
    const good = E.right(appended)
    expect(results).toEqual([good, E.left(unavailable('SQLITE_FULL')), good])
    expect(steps.join(', ')).toBe(
      'begin, append, append, append, ' +
        'begin, append carefully, commit, begin, append carefully, begin, append carefully, commit',
    )
    expect(rings).toBe(2)
    await queue.add(request)
    expect(steps.slice(-3)).toEqual(['begin', 'append', 'commit'])
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
      const store = await opened(openSqliteEventStoreWith(file, { lockDeadlineMs: 60 }))
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
    expect(group.map(E.isRight)).toEqual([true, false, true])
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
    expect(writer.append(request('a'), 'boldly')).toMatchObject({ right: { outcome: 'Appended' } })
    database.exec('ROLLBACK')
    const lost = E.left(unavailable('the transaction was rolled back'))
    expect(writer.append(request('b'), 'boldly')).toEqual(lost)
    expect(writer.commit()).toEqual(lost)
    expect(eventsIn(database)).toEqual([])
    database.close()
  }))

test('a call of a group that has a known id is answered alone, and every other call as if it were not there', () =>
  inFolder(async (folder) => {
    const store = await opened(openSqliteEventStore({ file: join(folder, 'log.db') }))
    const known = newEvents(2)
    await got(store.append(streamId('known'), noStream, known))
    const [first, second] = [known[0], known[1] ?? newEvent()]
    const results = await Promise.all([
      store.append(streamId('a'), noStream, newEvents(2))(),
      store.append(streamId('b'), noStream, [newEvent(), first])(),
      store.append(streamId('c'), noStream, newEvents(1))(),
      store.append(streamId('known'), at(revision(1)), [newEvent(), second])(),
      store.append(streamId('known'), noStream, known)(),
      store.append(streamId('d'), noStream, newEvents(3))(),
    ])
    expect(results.map(tell)).toEqual([
      'Appended',
      'EventIdConflict',
      'Appended',
      'BatchPartlyStored',
      'AlreadyAppended',
      'Appended',
    ])
    const { events } = await got(store.readAll(O.none, 100))
    expect(events.map(({ stream }) => stream).join(' ')).toBe('known known a a c d d d')
    await store.close()
  }))

test('what a failed rollback has left open is never committed with a later append', () =>
  inFolder(async (folder) => {
    const settings = { synchronous: 'FULL', walAutocheckpoint: 1_000 } as const
    const database = await opened(openConnection(join(folder, 'log.db'), logForm, settings))
    const writer = logWriter(database)
    const request = (name: string) => ({ stream: streamId(name), expected: noStream, events: newEvents(1) })
    // As a rollback leaves it that met a fault of the disk: a transaction with a row in it.
    database.exec("BEGIN IMMEDIATE; INSERT INTO streams (name) VALUES ('left-over')")
    expect(writer.begin()).toEqual(E.right(undefined))
    expect(writer.append(request('a'), 'boldly')).toMatchObject({ right: { outcome: 'Appended' } })
    expect(writer.commit()).toEqual(E.right(undefined))
    expect(database.prepare('SELECT name FROM streams').pluck().all().join()).toBe('a')
    database.close()
  }))

test('a log that was removed or replaced under a running store is not served any more', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db')
    const store = await opened(openSqliteEventStore({ file }))
    await appendTo(store, 'one')
    renameSync(file, join(folder, 'moved.db'))
    const movedAt = performance.now()
    while (performance.now() - movedAt < 20) await new Promise((resolve) => setImmediate(resolve))
    const gone = E.left(unavailable('the file was removed or replaced since it was opened'))
    expect(await store.append(streamId('two'), noStream, newEvents(1))()).toEqual(gone)
    writeFileSync(file, '')
    expect(await store.append(streamId('two'), noStream, newEvents(1))()).toEqual(gone)
    expect(await store.readAll(O.none, 10)()).toEqual(gone)
    await store.close()
    expect(await store.readAll(O.none, 10)()).toEqual(E.left(closed))
  }))

test('who appends in a loop keeps nobody else from running', () =>
  inFolder(async (folder) => {
    const store = await opened(openSqliteEventStore({ file: join(folder, 'log.db') }))
    let turns = 0
    let isOver = false
    const others = (): void => {
      turns += 1
      if (!isOver) setImmediate(others)
    }
    setImmediate(others)
    const appends = 200
    for (let n = 0; n < appends; n++) await appendTo(store, `s-${n}`)
    isOver = true
    expect(turns).toBeGreaterThanOrEqual(appends / 10)
    await store.close()
  }))

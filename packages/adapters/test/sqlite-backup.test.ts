import { copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream, rewound } from '@detrics/keys-domain'
import type { EventStore, Position, RecordedEvent } from '@detrics/keys-domain'
import { backUpSqliteLog, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { inFolder, opened } from './harness.js'
import { appendTo, got, newEvent, newEvents, streamId } from './steps.js'

const open = (file: string): Promise<EventStore> => opened(openSqliteEventStore({ file }))
const pageLimit = 10_000

const eventsOf = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  let after: O.Option<Position> = O.none
  for (;;) {
    const page = await got(store.readAll(after, pageLimit))
    events.push(...page.events)
    if (page.complete) return events
    after = page.settled
  }
}

const eventsIn = async (file: string): Promise<ReadonlyArray<RecordedEvent>> => {
  const store = await open(file)
  const events = await eventsOf(store)
  await store.close()
  return events
}

/** Appends by several callers until it is told to stop; counts what was acknowledged. */
const load = (store: EventStore, callers: number) => {
  let isRunning = true
  let acknowledged = 0
  const call = async (_: unknown, caller: number): Promise<void> => {
    let expected = noStream
    while (isRunning) {
      const { last } = await got(store.append(streamId(`s-${caller}`), expected, newEvents(2)))
      acknowledged += 2
      expected = at(last)
    }
  }
  const running = Promise.all(Array.from({ length: callers }, call))
  const stop = async (): Promise<void> => {
    isRunning = false
    await running
  }
  return { acknowledged: () => acknowledged, stop }
}

/** The next turn of the event loop at which so much is acknowledged. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** What is wrong with a copy that was begun when `atLeast` events were acknowledged; undefined if nothing is. */
const faultOfCopy = (
  copy: ReadonlyArray<RecordedEvent>,
  log: ReadonlyArray<RecordedEvent>,
  atLeast: number,
): string | undefined => {
  if (copy.length < atLeast) return `${copy.length} of ${atLeast} acknowledged events`
  const differing = copy.findIndex((event, index) => event.position !== log[index]?.position)
  return differing < 0 ? undefined : `event ${differing} differs`
}

describe('a backup of a log in SQLite', () => {
  test('that is taken under load is a whole beginning of the log, with all that was acknowledged before it began', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await open(file)
      const { acknowledged, stop } = load(store, 16)
      await until(() => acknowledged() >= 4_000)
      // The control: the main file alone, without what stands in the write-ahead log yet.
      const before = acknowledged()
      copyFileSync(file, join(folder, 'control.db'))
      const to = join(folder, 'backup.db')
      const backup = await got(backUpSqliteLog({ file, to }))
      const meanwhile = acknowledged() - before
      await until(() => acknowledged() >= before + meanwhile + 500)
      await stop()
      const log = await eventsOf(store)
      await store.close()

      const copy = await eventsIn(to)
      const size = `${copy.length} events, ${backup.bytes} bytes`
      process.stdout.write(`backup: ${size}, ${meanwhile} appended meanwhile\n`)
      expect(faultOfCopy(copy, log, before)).toBeUndefined()
      expect(backup.last).toEqual(O.fromNullable(copy.at(-1)?.position))
      expect(copy.length).toBeLessThan(log.length)
      expect(meanwhile).toBeGreaterThan(0)
      expect(faultOfCopy(await eventsIn(join(folder, 'control.db')), log, before)).toMatch(/acknowledged/)
    }))

  test('can only be read by its owner, is sound, and leaves nothing beside it', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await open(file)
      await appendTo(store, 'one', 3)
      const to = join(folder, 'backup.db')
      const { bytes } = await got(backUpSqliteLog({ file, to }))
      await store.close()
      expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'log.db'])
      expect([statSync(to).mode & 0o777, statSync(to).size]).toEqual([0o600, bytes])
      const database = new Database(to, { readonly: true })
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
      database.close()
    }))

  test('leaves the process a turn after each megabyte', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await open(file)
      const large = () => newEvent({ data: `"${'x'.repeat(250_000)}"` })
      for (let batch = 0; batch < 3; batch++)
        await got(
          store.append(streamId(`s-${batch}`), noStream, [large(), ...Array.from({ length: 19 }, large)]),
        )
      const remaining: Array<number> = []
      const backup: Database.Database['backup'] = Reflect.get(Database.prototype, 'backup')
      Database.prototype.backup = function (to, options) {
        const progress = (info: Database.BackupMetadata): number => {
          remaining.push(info.remainingPages)
          return options?.progress(info) ?? 0
        }
        return Reflect.apply(backup, this, [to, { progress }])
      }
      const { bytes } = await got(backUpSqliteLog({ file, to: join(folder, 'backup.db') })).finally(() => {
        Database.prototype.backup = backup
      })
      await store.close()
      expect(bytes).toBeGreaterThan(14_000_000)
      expect(remaining.length).toBeGreaterThanOrEqual(Math.floor(bytes / 2 ** 20))
    }))

  test('of a log without events holds none', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await (await open(file)).close()
      const to = join(folder, 'backup.db')
      expect(await got(backUpSqliteLog({ file, to }))).toMatchObject({ last: O.none })
      expect(await eventsIn(to)).toEqual([])
    }))

  test('goes on like the log itself: no place is given out twice', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await open(file)
      await appendTo(store, 'one', 3)
      const to = join(folder, 'backup.db')
      const { last } = await got(backUpSqliteLog({ file, to }))
      await store.close()
      const restored = await open(to)
      const { position } = await appendTo(restored, 'two')
      expect(O.isSome(last) && position > last.value).toBe(true)
      await restored.close()
    }))

  test.each(['backup.db', 'backup.db.part'])(
    'is refused when there is a %s, which is left as it is',
    (name) =>
      inFolder(async (folder) => {
        const file = join(folder, 'log.db')
        await (await open(file)).close()
        writeFileSync(join(folder, name), 'something')
        const refused = await backUpSqliteLog({ file, to: join(folder, 'backup.db') })()
        expect(refused).toMatchObject({
          left: { _tag: 'CannotBackUp', cause: expect.stringMatching(/exists already|file already exists/) },
        })
        expect(readdirSync(folder).toSorted()).toEqual([name, 'log.db'].toSorted())
        expect(statSync(join(folder, name)).size).toBe(9)
      }),
  )

  test('is refused of a file that is no log, is none yet, or is not there, and leaves nothing', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'empty.db'), '')
      const other = new Database(join(folder, 'other.db'))
      other.exec('CREATE TABLE theirs (id)')
      other.close()
      for (const [name, reason] of [
        ['empty.db', /holds no log yet/],
        ['other.db', /of another kind/],
        ['none.db', /unable to open/],
      ] as const) {
        const refused = await backUpSqliteLog({ file: join(folder, name), to: join(folder, 'to.db') })()
        expect(refused).toMatchObject({ left: { cause: expect.stringMatching(reason) } })
      }
      expect(readdirSync(folder).toSorted()).toEqual(['empty.db', 'other.db'])
    }))
})

describe('after an older backup was restored', () => {
  /** A log with six events, set back to its first three; `then` gets the store on it and what was read before. */
  const restored = async (
    then: (store: EventStore, read: ReadonlyArray<RecordedEvent>) => Promise<void>,
  ): Promise<void> =>
    inFolder(async (folder) => {
      const [file, to] = [join(folder, 'log.db'), join(folder, 'backup.db')]
      const store = await open(file)
      await appendTo(store, 'one', 3)
      await got(backUpSqliteLog({ file, to }))
      await appendTo(store, 'two', 3)
      const read = await eventsOf(store)
      await store.close()
      for (const side of ['', '-wal', '-shm']) rmSync(`${file}${side}`, { force: true })
      copyFileSync(to, file)
      const later = await open(file)
      await then(later, read)
      await later.close()
      expect(existsSync(to)).toBe(true)
    })
  const after = (event: RecordedEvent | undefined) => O.fromNullable(event?.position)

  test('who had read further is answered Rewound, and so is its subscription; who had not reads on', () =>
    restored(async (store, read) => {
      for (const [index, event] of read.entries()) {
        const page = await store.readAll(after(event), 10)()
        expect([index, E.isLeft(page) ? page.left : 'read']).toEqual([index, index < 3 ? 'read' : rewound])
      }
      const subscription = await got(store.subscribe(after(read[5])))
      const messages = subscription.messages[Symbol.asyncIterator]()
      expect(await messages.next()).toEqual({ done: false, value: { _tag: 'Dropped', reason: rewound } })
    }))

  test('this is noticed also when the log has grown to that place and past it again, with other events', () =>
    restored(async (store, read) => {
      for (const name of ['three', 'four', 'five', 'six']) {
        await appendTo(store, name)
        for (const event of read.slice(3))
          expect(await store.readAll(after(event), 10)()).toEqual(E.left(rewound))
      }
    }))
})

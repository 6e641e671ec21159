import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { configure } from '../src/sqlite/durability.js'
import { faultOfLibrary } from '../src/sqlite/library.js'
import { inFolder, opened } from './harness.js'
import { appendTo, got } from './steps.js'

const reasonOf = async (file: string): Promise<string> => {
  const result = await openSqliteEventStore({ file })()
  if (E.isRight(result)) throw new Error('it was opened')
  return result.left.cause
}

const durable = { synchronous: 'FULL', walAutocheckpoint: 1_000 } as const

/** A file with one event, closed. */
const makeLog = async (file: string): Promise<void> => {
  const store = await opened(openSqliteEventStore({ file }))
  await appendTo(store, 'one')
  await store.close()
}

/** Runs the work while SQLite answers one pragma otherwise, as another build of it or another file system would. */
const whilePragma = async (name: string, answer: () => unknown, work: () => Promise<void>): Promise<void> => {
  const original = Object.getOwnPropertyDescriptor(Database.prototype, 'pragma')!
  Database.prototype.pragma = function (source: string, options?: Database.PragmaOptions): unknown {
    return source === name ? answer() : Reflect.apply(original.value, this, [source, options])
  }
  try {
    await work()
  } finally {
    Object.defineProperty(Database.prototype, 'pragma', original)
  }
}

describe('an SQLite library is refused', () => {
  const sound = { version: '3.51.3', options: ['COMPILER=gcc', 'THREADSAFE=2', 'DEFAULT_SYNCHRONOUS=2'] }

  test.each([
    ['3.51.2', 'older than the repair of its write-ahead log'],
    ['3.50.7', 'of an older line'],
    ['3.9.9', 'with a smaller number in the middle'],
    ['2.99.99', 'of another generation'],
    ['', 'without a version'],
  ])('%j, %s', (version) => {
    expect(faultOfLibrary({ ...sound, version })).toBe(
      `SQLite ${version} may lose what was committed (its write-ahead log has a defect); it must be 3.51.3 or newer`,
    )
  })

  test.each([
    ['NO_SYNC', 'it never waits for the disk'],
    ['DISABLE_DIRSYNC', 'it does not wait until the names of new files are on the disk'],
    ['THREADSAFE=0', 'two threads of one process would damage what they share'],
  ])('that was compiled with %s', (option, reason) => {
    expect(faultOfLibrary({ ...sound, options: [...sound.options, option] })).toBe(
      `SQLite was compiled with ${option}: ${reason}`,
    )
  })

  test('and no other', () => {
    for (const version of ['3.51.3', '3.51.10', '3.52.0', '3.100.0', '4.0.0'])
      expect(faultOfLibrary({ ...sound, version })).toBeUndefined()
  })

  test('before it touches the file', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await whilePragma(
        'compile_options',
        () => [{ compile_options: 'NO_SYNC' }],
        async () => {
          expect(await reasonOf(file)).toBe('SQLite was compiled with NO_SYNC: it never waits for the disk')
        },
      )
      const database = new Database(file)
      expect(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0)
      database.close()
    }))
})

describe('a log is refused', () => {
  test('where SQLite cannot have a write-ahead log and keeps another journal without an error', () => {
    // In memory it has none either, and says so in the same way as on a network drive.
    const database = new Database(':memory:')
    expect(() => configure(database, 'log.db', durable)).toThrow(
      'log.db cannot have a write-ahead log (journal_mode stays memory)',
    )
    database.close()
  })

  test('in a folder that cannot be written to', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const readOnly = (): never => {
        throw Object.assign(new Error('attempt to write a readonly database'), {
          code: 'SQLITE_READONLY_DIRECTORY',
        })
      }
      await whilePragma('journal_mode = WAL', readOnly, async () => {
        expect(await reasonOf(file)).toBe(`${file} cannot be written to (SQLITE_READONLY_DIRECTORY)`)
      })
    }))

  test('when synchronous is not what was asked for', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await whilePragma(
        'synchronous',
        () => 1,
        async () => {
          expect(await reasonOf(file)).toBe(`${file}: synchronous stays 1, not FULL`)
        },
      )
    }))

  test.each([
    [0, 'an unknown version'],
    [-1, 'an unknown version'],
    [2, 'a newer version of this program; use that one'],
  ])('of form %p, and left as it is', (version, author) =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await makeLog(file)
      const database = new Database(file)
      database.pragma(`user_version = ${version}`)
      expect(await reasonOf(file)).toBe(
        `${file} was written by ${author} (form ${version}, this program knows 1)`,
      )
      expect(database.pragma('user_version', { simple: true })).toBe(version)
      database.close()
    }),
  )

  test('while another program uses it without a write-ahead log, and opened with one when that has ended', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await makeLog(file)
      const other = new Database(file)
      other.pragma('journal_mode = DELETE')
      other.exec('BEGIN; SELECT count(*) FROM events')
      expect(await reasonOf(file)).toBe(
        `${file} is in use by another program, without a write-ahead log (journal_mode is delete)`,
      )
      other.exec('COMMIT')
      other.close()
      const store = await opened(openSqliteEventStore({ file }))
      expect((await got(store.readAll(O.none, 10))).events).toHaveLength(1)
      const look = new Database(file)
      expect(look.pragma('journal_mode', { simple: true })).toBe('wal')
      look.close()
      await store.close()
    }))
})

test('no other program can take the write-ahead log from a store that has the file open', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db')
    const store = await opened(openSqliteEventStore({ file }))
    await appendTo(store, 'one')
    const other = new Database(file, { timeout: 0 })
    expect(() => other.pragma('journal_mode = DELETE')).toThrow(/locked/)
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal')
    other.close()
    await appendTo(store, 'two')
    await store.close()
  }))

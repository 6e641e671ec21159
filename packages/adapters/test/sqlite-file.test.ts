import { statSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { openConnection } from '../src/sqlite/connection.js'
import { logForm } from '../src/sqlite/log-schema.js'
import { inFolder, opened } from './harness.js'
import { appendTo } from './steps.js'

const reasonOf = async (file: string): Promise<string> => {
  const result = await openSqliteEventStore({ file })()
  if (E.isRight(result)) throw new Error('it was opened')
  return result.left.cause
}

const withDatabase = (file: string, work: (database: Database.Database) => void): void => {
  const database = new Database(file)
  work(database)
  database.close()
}

describe('a log in SQLite is opened', () => {
  test('in a file that only its owner can read, as are its side files', () =>
    inFolder(async (folder) => {
      const store = await opened(openSqliteEventStore({ file: join(folder, 'log.db') }))
      await appendTo(store, 'one')
      const files = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])
      expect(files).toEqual([
        ['log.db', 0o600],
        ['log.db-shm', 0o600],
        ['log.db-wal', 0o600],
      ])
      await store.close()
    }))

  test('with a write-ahead log and a full sync', () =>
    inFolder(async (folder) => {
      const settings = { synchronous: 'FULL', walAutocheckpoint: 77 } as const
      const database = await opened(openConnection(join(folder, 'log.db'), logForm, settings))
      const pragmas = ['journal_mode', 'synchronous', 'wal_autocheckpoint', 'foreign_keys']
      expect(pragmas.map((name) => database.pragma(name, { simple: true }))).toEqual(['wal', 2, 77, 1])
      database.close()
    }))

  test('by several that come at once, which make its tables once', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const stores = await Promise.all(
        Array.from({ length: 5 }, () => opened(openSqliteEventStore({ file }))),
      )
      const appended = await Promise.all(stores.map((store, index) => appendTo(store, `s-${index}`)))
      expect(new Set(appended.map(({ position }) => position)).size).toBe(5)
      await Promise.all(stores.map((store) => store.close()))
    }))
})

describe('opening a log is refused, with the reason,', () => {
  test('in a folder that does not exist', () =>
    inFolder(async (folder) => {
      expect(await reasonOf(join(folder, 'none', 'log.db'))).toMatch(/folder .*none does not exist/)
    }))

  test('without the name of a file', async () => {
    for (const file of ['', ':memory:']) expect(await reasonOf(file)).toMatch(/needs the name of a file/)
  })

  test('when the file is a folder', () =>
    inFolder(async (folder) => {
      expect(await reasonOf(folder)).toMatch(/CANTOPEN/)
    }))

  test('when the file is no SQLite database, which is left as it is', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'text')
      writeFileSync(
        file,
        'some text that is none of ours, and long enough to have a header of a hundred bytes\n'.repeat(9),
      )
      const before = statSync(file)
      expect(await reasonOf(file)).toMatch(/is no SQLite database/)
      expect(statSync(file).mtimeMs).toBe(before.mtimeMs)
    }))

  test('when it is an SQLite database of another kind, which is left as it is', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'foreign.db')
      withDatabase(file, (database) => database.exec('CREATE TABLE theirs (id)'))
      expect(await reasonOf(file)).toMatch(/of another kind/)
      withDatabase(file, (database) => {
        expect(database.pragma('journal_mode', { simple: true })).toBe('delete')
        expect(database.pragma('application_id', { simple: true })).toBe(0)
      })
    }))

  test('when it is an audit trail, and the other way round', () =>
    inFolder(async (folder) => {
      const [trail, log] = [join(folder, 'trail.db'), join(folder, 'log.db')]
      await (await opened(openSqliteAuditTrailStore({ file: trail }))).close()
      await (await opened(openSqliteEventStore({ file: log }))).close()
      expect(await reasonOf(trail)).toMatch(/of another kind, not a log/)
      const refused = await openSqliteAuditTrailStore({ file: log })()
      expect(refused).toMatchObject({ left: { cause: expect.stringMatching(/not an audit trail/) } })
    }))

  test('when a newer version has written it', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      await (await opened(openSqliteEventStore({ file }))).close()
      withDatabase(file, (database) => database.pragma('user_version = 2'))
      expect(await reasonOf(file)).toMatch(/newer version.*form 2, this program knows 1/)
    }))
})

describe('the database itself refuses', () => {
  const statements = [
    ["UPDATE events SET data = '{}'", /never changed/],
    ['UPDATE events SET recorded_at = 0 WHERE position = 1', /never changed/],
    ['DELETE FROM events', /never changed/],
    ['DELETE FROM events WHERE position = 2', /never changed/],
    ["UPDATE streams SET name = 'other'", /never changed/],
    ['DELETE FROM streams', /never changed/],
    ["INSERT OR REPLACE INTO streams VALUES (1, 'other')", /refused.replacing_of_rows/],
    ["INSERT OR REPLACE INTO events VALUES (1, 1, 9, 'x', 'T', 1, '1', '1', 0)", /refused.replacing_of_rows/],
    ["INSERT OR REPLACE INTO events VALUES (9, 1, 0, 'x', 'T', 1, '1', '1', 0)", /refused.replacing_of_rows/],
    ["REPLACE INTO events VALUES (9, 1, 0, 'x', 'T', 1, '1', '1', 0)", /refused.replacing_of_rows/],
    [
      "PRAGMA ignore_check_constraints = ON; REPLACE INTO events VALUES (9, 1, 0, 'x', 'T', 1, '1', '1', 0)",
      /refused.replacing_of_rows/,
    ],
    [
      "INSERT INTO events VALUES (1, 1, 9, 'x', 'T', 1, '1', '1', 0) ON CONFLICT DO UPDATE SET data = '2'",
      /never changed/,
    ],
    ["INSERT INTO events VALUES (9, 1, 0, 'x', 'T', 1, '1', '1', 0)", /UNIQUE constraint failed/],
    [
      "INSERT OR REPLACE INTO events SELECT 9, 1, 9, id, 'T', 1, '1', '1', 0 FROM events LIMIT 1",
      /refused.replacing_of_rows/,
    ],
    ["INSERT INTO events VALUES (9, 7, 0, 'x', 'T', 1, '1', '1', 0)", /FOREIGN KEY/],
    ["INSERT INTO events VALUES (9, 1, -1, 'x', 'T', 1, '1', '1', 0)", /CHECK/],
    ["INSERT INTO events VALUES (9, 1, 9, 'x', 'T', 'one', '1', '1', 0)", /cannot store TEXT/],
  ] as const
  test.each(statements)('%s', (sql, reason) =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db')
      const store = await opened(openSqliteEventStore({ file }))
      await appendTo(store, 'one', 3)
      await store.close()
      withDatabase(file, (database) => {
        const rows = () => database.prepare('SELECT * FROM events, streams').all()
        const before = rows()
        expect(() => database.exec(sql)).toThrow(reason)
        expect(rows()).toEqual(before)
      })
    }),
  )
})

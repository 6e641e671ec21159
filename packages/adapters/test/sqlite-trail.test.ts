import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { openSqliteAuditTrailStore } from '@detrics/keys-adapters/sqlite'
import type { WorkspaceId } from '@detrics/keys-domain'
import { openConnection } from '../src/sqlite/connection.js'
import { pageStatement } from '../src/sqlite/trail-pager.js'
import { trailForm } from '../src/sqlite/trail-schema.js'
import { inFolder, opened } from './harness.js'

/** The tables of form 1, as a process of that time has left them, with one line. */
const formOne = `
CREATE TABLE checkpoint (only INTEGER PRIMARY KEY CHECK (only = 1), log_id TEXT NOT NULL, position TEXT NOT NULL,
  event_id TEXT NOT NULL, stream TEXT NOT NULL, revision TEXT NOT NULL) STRICT;
CREATE TABLE workspaces (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_sequence INTEGER NOT NULL) STRICT;
CREATE TABLE lines (workspace INTEGER NOT NULL REFERENCES workspaces (id), sequence INTEGER NOT NULL,
  key_id TEXT NOT NULL, occurred_at INTEGER NOT NULL, rest TEXT NOT NULL,
  PRIMARY KEY (workspace, sequence)) STRICT, WITHOUT ROWID;
CREATE INDEX lines_of_a_key ON lines (workspace, key_id, sequence);
INSERT INTO workspaces VALUES (1, 'w', 1);
INSERT INTO lines VALUES (1, 1, '0192b1e5-7f00-7abc-8def-000000000001', 10, '{"kind":"used","outcome":"accepted"}');
INSERT INTO checkpoint VALUES (1, 'log', '0000000000000001', 'e', 's', '0');
PRAGMA application_id = 0x444b6174;
`

const write = (file: string, sql: string): void => {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.exec(sql)
  database.close()
}

const w = 'w' as WorkspaceId

describe('an audit trail in SQLite', () => {
  test('of an older form is dropped, to be read from the log again, by however many open it at once', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'trail.db')
      write(file, `${formOne} PRAGMA user_version = 1`)
      const stores = await Promise.all([1, 2, 3].map(() => opened(openSqliteAuditTrailStore({ file }))))
      for (const store of stores) {
        expect(await store.checkpoint()).toEqual(E.right(O.none))
        expect(await store.page({ workspaceId: w, limit: 9 })()).toEqual(
          E.right({ entries: [], next: O.none }),
        )
        await store.close()
      }
      const database = await opened(
        openConnection(file, trailForm, { synchronous: 'NORMAL', walAutocheckpoint: 9 }),
      )
      expect(database.pragma('user_version', { simple: true })).toBe(trailForm.version)
      database.close()
    }))

  test.each([trailForm.version + 1, -1])(
    'of form %p, which is none that came before, is refused and left as it is',
    (version) =>
      inFolder(async (folder) => {
        const file = join(folder, 'trail.db')
        write(file, `${formOne} PRAGMA user_version = ${version}`)
        expect(await openSqliteAuditTrailStore({ file })()).toMatchObject({ left: { _tag: 'CannotOpen' } })
        const database = new Database(file)
        expect(database.prepare('SELECT count(*) FROM lines').pluck().get()).toBe(1)
        database.close()
      }),
  )

  const filters = [false, true].flatMap((key) =>
    (['All', 'One', 'Uses'] as const).flatMap((facets) =>
      [false, true].map((time) => ({ key, facets, time })),
    ),
  )
  test.each(filters)('finds a page without a look at every line, and without sorting: %j', (given) =>
    inFolder(async (folder) => {
      const settings = { synchronous: 'NORMAL', walAutocheckpoint: 1_000 } as const
      const database = await opened(openConnection(join(folder, 'trail.db'), trailForm, settings))
      const values = { workspaceId: '', before: 1, limit: 1, keyId: '', facet: '', since: 0, until: 1 }
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${pageStatement(given)}`).all(values)
      const steps = plan.map((step) => (step as { readonly detail: string }).detail)
      const index = `${given.key ? '_key' : ''}${given.facets === 'One' ? '_facet' : ''}`
      const expected: Readonly<Record<string, string>> = {
        '': 'PRIMARY KEY (workspace=?',
        _key: 'INDEX lines_of_a_key (workspace=? AND key_id=?',
        _facet: 'INDEX lines_of_a_facet (workspace=? AND facet=?',
        _key_facet: 'INDEX lines_of_a_key_and_facet (workspace=? AND key_id=? AND facet=?',
      }
      const range = given.time ? ' AND sequence>? AND sequence<?)' : ' AND sequence<?)'
      expect(steps).toContain(`SEARCH l USING ${expected[index]}${range}`)
      expect(steps.filter((step) => step.startsWith('SEARCH s '))).toEqual(
        given.time ? ['SEARCH s USING PRIMARY KEY (workspace=? AND first_sequence<?)'] : [],
      )
      expect(steps.join('; ')).not.toMatch(/SCAN (l|s)|TEMP B-TREE/)
      database.close()
    }),
  )
})

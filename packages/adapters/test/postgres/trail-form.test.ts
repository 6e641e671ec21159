import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { openPostgresAuditTrailStore, openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import { freePort, startPostgres, type PostgresServer } from '../../../../test/support/postgres.js'
import { checkpoint, used, workspace } from '../../src/conformance/trail-steps.js'
import { migrationLock } from '../../src/postgres/log-schema.js'
import { trailVersion } from '../../src/postgres/trail-schema.js'
import { opened } from '../harness.js'
import { connection, openTrail, waiting } from './trail-support.js'

const w = workspace('w')

/** What an earlier version of this program has left: tables without facets and spans, a function, and one line. */
const olderForm = (schema: string, version: number): string => `
CREATE SCHEMA ${schema};
SET search_path = ${schema};
CREATE TABLE trail_form (id smallint PRIMARY KEY, version integer NOT NULL);
INSERT INTO trail_form VALUES (1, ${version});
CREATE TABLE trail_checkpoint (id smallint PRIMARY KEY, log_id text, position text, event_id text, stream text,
  revision text);
INSERT INTO trail_checkpoint VALUES (1, 'log', '0000000000000001', 'e', 's', '0');
CREATE TABLE trail_workspaces (id integer PRIMARY KEY, name text NOT NULL UNIQUE, last_sequence bigint NOT NULL);
INSERT INTO trail_workspaces VALUES (1, 'w', 1);
CREATE TABLE trail_lines (workspace integer REFERENCES trail_workspaces, sequence bigint, key_id uuid,
  occurred_at bigint, rest text, PRIMARY KEY (workspace, sequence));
CREATE INDEX trail_lines_of_a_key ON trail_lines (workspace, key_id, sequence);
INSERT INTO trail_lines VALUES (1, 1, '0192b1e5-7f00-7abc-8def-000000000001', 10, '{"kind":"used"}');
CREATE FUNCTION trail_commit(text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
`

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const inDatabase = async (...statements: ReadonlyArray<string>): Promise<ReadonlyArray<unknown>> => {
  const client = await connection(server.url)
  try {
    let rows: ReadonlyArray<unknown> = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

const causeOf = async (settings: { readonly url: string; readonly schema?: string }): Promise<string> => {
  const result = await openPostgresAuditTrailStore(settings)()
  if (E.isLeft(result)) return result.left.cause
  await result.right.close()
  throw new Error('it should not have opened')
}

describe('an audit trail in PostgreSQL', () => {
  test('of an older form is dropped, to be read from the log again, by however many open it at once', async () => {
    await inDatabase(olderForm('older', 1), `CREATE TABLE events (id integer); INSERT INTO events VALUES (1)`)
    const stores = await Promise.all([1, 2, 3, 4].map(() => openTrail(server.url, 'older')))
    for (const store of stores) {
      expect(await store.checkpoint()).toEqual(E.right(O.none))
      expect(await store.page({ workspaceId: w, limit: 9 })()).toEqual(E.right({ entries: [], next: O.none }))
    }
    expect(await stores[0]?.commit(O.none, checkpoint(1), [used(w, 1)])()).toEqual(E.right(undefined))
    for (const store of stores) await store.close()
    expect(await inDatabase('SELECT version FROM older.trail_form')).toEqual([{ version: trailVersion }])
    // What is not the trail's stays.
    expect(await inDatabase('SELECT id FROM older.events')).toEqual([{ id: 1 }])
  })

  test.each([trailVersion + 1, 0, -1])(
    'of form %p, which is none that came before, is refused and left as it is',
    async (version) => {
      const schema = `form_${version + 1}`
      await inDatabase(olderForm(schema, version))
      expect(await causeOf({ url: server.url, schema })).toContain(`(form ${version}, this program knows 2)`)
      expect(await inDatabase(`SELECT count(*)::integer AS count FROM ${schema}.trail_lines`)).toEqual([
        { count: 1 },
      ])
    },
  )

  test('is not made among tables of the same names that are none of ours', async () => {
    await inDatabase('CREATE SCHEMA foreign_tables; CREATE TABLE foreign_tables.trail_lines (id integer)')
    expect(await causeOf({ url: server.url, schema: 'foreign_tables' })).toContain('of another kind')
    expect(await inDatabase('SELECT id FROM foreign_tables.trail_lines')).toEqual([])
  })

  test('is made once, with its schema, by however many open it at once', async () => {
    const stores = await Promise.all([1, 2, 3, 4, 5, 6].map(() => openTrail(server.url, 'at_once')))
    for (const store of stores) {
      expect(await store.checkpoint()).toEqual(E.right(O.none))
      await store.close()
    }
  })

  test('is made beside the log, in one schema, when both are opened at once', async () => {
    for (const schema of ['beside_1', 'beside_2', 'beside_3']) {
      const settings = { url: server.url, schema }
      const [log, trail] = await Promise.all([
        opened(openPostgresEventStore(settings)),
        opened(openPostgresAuditTrailStore(settings)),
      ])
      expect(await trail.checkpoint()).toEqual(E.right(O.none))
      expect(await log.readAll(O.none, 1)()).toMatchObject({ right: { events: [] } })
      await Promise.all([log.close(), trail.close()])
    }
  })

  test('is made by one after the other: who comes second waits, and finds it made', async () => {
    const first = await connection(server.url)
    await first.query(`BEGIN; SELECT pg_advisory_xact_lock(${migrationLock})`)
    const second = openTrail(server.url, 'in_turn')
    try {
      await waiting(first, 1)
    } finally {
      await first.end()
    }
    const store = await second
    expect(await store.checkpoint()).toEqual(E.right(O.none))
    await store.close()
  })

  test('stands in the schema of the settings, else of the URL, else in that of the log', async () => {
    const inUrl = server.urlWith({ parameters: { schema: 'of_the_url' } })
    const named = { url: inUrl, schema: 'user' }
    for (const settings of [named, { url: inUrl }, { url: server.url }])
      await (await opened(openPostgresAuditTrailStore(settings))).close()
    expect(
      await inDatabase(
        `SELECT schemaname AS name FROM pg_tables WHERE tablename = 'trail_form'
         AND schemaname IN ('user', 'of_the_url', 'detrics_keys') ORDER BY 1`,
      ),
    ).toEqual([{ name: 'detrics_keys' }, { name: 'of_the_url' }, { name: 'user' }])
  })

  test('needs no right to make schemas where there is one already', async () => {
    await inDatabase(`CREATE ROLE app LOGIN PASSWORD 'app'; CREATE SCHEMA made_before AUTHORIZATION app`)
    const url = new URL(server.url)
    url.username = 'app'
    url.password = 'app'
    const store = await openTrail(url.href, 'made_before')
    expect(await store.commit(O.none, checkpoint(1), [used(w, 1)])()).toEqual(E.right(undefined))
    expect(await store.clear()).toEqual(E.right(undefined))
    await store.close()
  })

  test('is not opened without the right to make its tables', async () => {
    await inDatabase(`CREATE ROLE reader LOGIN PASSWORD 'reader'; CREATE SCHEMA of_others`)
    const url = new URL(server.url)
    url.username = 'reader'
    url.password = 'reader'
    for (const schema of ['of_others', 'of_nobody'])
      expect(await causeOf({ url: url.href, schema })).toContain('does not permit')
  })

  test.each(['', 'A', '1a', 'a b', 'a"; DROP SCHEMA b; --', 'x'.repeat(64)])(
    'is not opened in a schema named %j',
    async (schema) => {
      expect(await causeOf({ url: server.url, schema })).toContain('the name of a schema is')
    },
  )

  test('that cannot be opened says why, and nothing of the URL', async () => {
    const wrong = new URL(server.url)
    wrong.password = 'not-this-one'
    const away = new URL(server.url)
    away.port = String(await freePort())
    const causes = [
      await causeOf({ url: wrong.href }),
      await causeOf({ url: away.href }),
      await causeOf({ url: server.urlWith({ database: 'no-such-database' }) }),
      await causeOf({ url: `postgres://detrics:not-this-one@[::1` }),
      await causeOf({ url: `${server.url}?sslmode=nonsense-of-mine&sslrootcert=/no/such/not-this-one` }),
    ]
    console.log(causes.join('\n'))
    expect(causes.slice(0, 4)).toEqual([
      'the database refused the name or the password (28P01)',
      'the database cannot be reached (ECONNREFUSED)',
      'the database does not exist (3D000)',
      'the address of the database is malformed',
    ])
    for (const cause of causes) {
      expect(cause).not.toMatch(/not-this-one|postgres-of-the-tests|detrics|127\.0\.0\.1|postgres:/)
    }
  })
})

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { noStream, position } from '@detrics/keys-domain'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import { freePort, startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer, ServerConfig } from '../../../../test/support/postgres.js'
import { checkServer } from '../../src/postgres/session-settings.js'
import { opened } from '../harness.js'
import { appendTo, got, newEvent, streamId } from '../steps.js'
import { connection, freshSchema } from './harness.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

/** Why a log is not opened. */
const refusal = async (url: string): Promise<string> => {
  const result = await openPostgresEventStore({ url })()
  if (E.isLeft(result)) return result.left.cause
  await result.right.close()
  return 'it was opened'
}

const run = async (url: string, sql: string): Promise<void> => {
  const client = await connection(url)
  await client.query(sql)
  await client.end()
}

/** A log with two events, closed again. */
const filledLog = async (schema: string, at = server): Promise<string> => {
  const url = at.urlWith({ parameters: { schema } })
  const store = await opened(openPostgresEventStore({ url }))
  await appendTo(store, 'one', 2)
  await store.close()
  return url
}

describe('a server on which acknowledged events could be lost is refused by name', () => {
  const unsafe: ReadonlyArray<readonly [ServerConfig, string]> = [
    [{ fsync: 'off' }, 'fsync is off'],
    [{ full_page_writes: 'off' }, 'full_page_writes is off'],
    [{ synchronous_commit: 'off' }, 'synchronous_commit is off'],
  ]
  test('with fsync, full_page_writes or synchronous_commit off, and with none of these it is not', async () => {
    const own = await startPostgres()
    const url = await filledLog('safe', own)
    for (const [config, reason] of unsafe) {
      await own.restart(config)
      expect(await refusal(url)).toContain(reason)
    }
    for (const value of ['on', 'local', 'remote_write', 'remote_apply']) {
      await own.restart({ synchronous_commit: value })
      const store = await opened(openPostgresEventStore({ url }))
      await appendTo(store, value)
      const client = await connection(own.url)
      const { rows } = await client.query<{ readonly count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'detrics-keys appending'`,
      )
      expect(rows).toEqual([{ count: '1' }])
      await client.end()
      await store.close()
    }
    await own.stop()
  })

  test('also where only a database or a role is set so', async () => {
    await run(server.url, 'CREATE DATABASE hasty; ')
    await run(server.url, 'ALTER DATABASE hasty SET synchronous_commit = off')
    expect(await refusal(server.urlWith({ database: 'hasty' }))).toContain('synchronous_commit is off')
  })

  test('a replica, at the start and by a store that was open before', async () => {
    const own = await startPostgres()
    const url = await filledLog('log', own)
    const store = await opened(openPostgresEventStore({ url }))
    expect((await got(store.readAll(O.none, 10))).events).toHaveLength(2)
    await own.halt()
    writeFileSync(join(own.folder, 'data', 'standby.signal'), '')
    await own.start()
    expect(await refusal(url)).toContain('the server is in recovery')
    for (const result of [
      await store.readAll(O.none, 10)(),
      await store.append(streamId('two'), noStream, [newEvent()])(),
    ])
      expect(result).toMatchObject({
        left: { _tag: 'Unavailable', cause: expect.stringContaining('recovery') },
      })
    await store.close()
    await own.stop()
  })

  test('a version that is too old, and settings that do not hold', () => {
    const facts = ['180004', 'UTF8', 'on', 'on', 'on', 'f']
    const answers = (change: Record<number, string>, pinned = ['read committed', 'on']) => [
      [facts.map((fact, index) => change[index] ?? fact)],
      [],
      [pinned],
    ]
    expect(checkServer(answers({}))).toEqual(E.right(undefined))
    const refused = [
      [answers({ 0: '140012' }), 'PostgreSQL 14'],
      [answers({ 1: 'SQL_ASCII' }), 'SQL_ASCII'],
      [answers({ 5: 't' }), 'in recovery'],
      [answers({}, ['repeatable read', 'on']), 'default_transaction_isolation'],
      [answers({}, ['read committed', 'off']), 'synchronous_commit'],
      [[], 'PostgreSQL'],
    ] as const
    for (const [given, reason] of refused)
      expect(checkServer(given)).toMatchObject({ left: { code: expect.stringContaining(reason) } })
  })

  test('a database in another encoding', async () => {
    await run(server.url, `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
    expect(await refusal(server.urlWith({ database: 'latin' }))).toContain('LATIN1, not UTF8')
  })
})

describe('a log that is not what it should be is refused by name', () => {
  const damages: ReadonlyArray<readonly [string, (schema: string) => string, string]> = [
    [
      'restored without its sequence',
      (s) => `SELECT setval('${s}.event_positions', 1)`,
      'without its sequences',
    ],
    ['whose sequence caches', (s) => `ALTER SEQUENCE ${s}.event_positions CACHE 10`, 'caches positions'],
    ['that is unlogged', (s) => `ALTER TABLE ${s}.events SET UNLOGGED`, 'unlogged'],
    ['of a newer form', (s) => `UPDATE ${s}.log_form SET version = 2`, 'a newer version of this program'],
    ['of an unknown form', (s) => `UPDATE ${s}.log_form SET version = 0`, 'an unknown version'],
    ['whose form is gone', (s) => `DROP TABLE ${s}.log_form`, 'tables of another kind'],
  ]
  test.each(damages)('one %s', async (_, damage, reason) => {
    const schema = freshSchema()
    const url = await filledLog(schema)
    expect(await refusal(url)).toBe('it was opened')
    await run(server.url, damage(schema))
    expect(await refusal(url)).toContain(reason)
  })

  test('a log without a number for its locks is given one, and no two logs have the same', async () => {
    const [a, b] = [freshSchema(), freshSchema()]
    const url = await filledLog(a)
    await filledLog(b)
    await run(
      server.url,
      `DELETE FROM detrics_keys_shared.lock_namespaces WHERE log = (SELECT log FROM ${a}.log_form)`,
    )
    expect(await refusal(url)).toBe('it was opened')
    const client = await connection(server.url)
    const { rows } = await client.query(
      `SELECT DISTINCT number FROM detrics_keys_shared.lock_namespaces WHERE log IN
        ((SELECT log FROM ${a}.log_form), (SELECT log FROM ${b}.log_form))`,
    )
    expect(rows).toHaveLength(2)
    await client.end()
  })
})

test('an address that leads nowhere is refused, without a word of what stands in it', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const silentPort = typeof address === 'object' ? address?.port : 0
  const { port } = server
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['no address', 'malformed'],
    ['mysql://u:hidden@127.0.0.1/a', 'postgres://'],
    [`postgres://u:hidden@127.0.0.1:${port}/postgres?schema=a-b`, 'the name of a schema'],
    [`postgres://detrics:hidden@127.0.0.1:${port}/postgres`, 'refused the name or the password'],
    [server.urlWith({ database: 'nowhere' }), 'does not exist'],
    [`postgres://u:hidden@127.0.0.1:${await freePort()}/postgres`, 'ECONNREFUSED'],
    [`postgres://u:hidden@127.0.0.1:${silentPort}/postgres`, 'no answer came in time'],
    [`postgres://u:hidden@127.0.0.1:${port}/postgres?sslrootcert=/no/hidden/file`, 'missing'],
  ]
  for (const [url, reason] of cases) {
    const begun = performance.now()
    const cause = await refusal(url)
    expect(cause).toContain(reason)
    expect(cause).not.toMatch(/hidden|127\.0\.0\.1|tests/)
    expect(performance.now() - begun).toBeLessThan(5_000)
  }
  silent.close()
})

test('several processes that make the log at the same moment make one', async () => {
  await run(server.url, 'CREATE DATABASE fresh')
  for (const schema of ['first', 'second']) {
    const url = server.urlWith({ database: 'fresh', parameters: { schema } })
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened(openPostgresEventStore({ url }))))
    await Promise.all(stores.map((store, index) => appendTo(store, `s-${index}`)))
    for (const store of stores) expect((await got(store.readAll(O.none, 10))).events).toHaveLength(8)
    await Promise.all(stores.map((store) => store.close()))
  }
})

test('a role that may make nothing can use a log that was made for it', async () => {
  const url = await filledLog('lent')
  await run(
    server.url,
    `CREATE ROLE guest LOGIN PASSWORD 'guest'; REVOKE CREATE ON DATABASE postgres FROM guest;
     GRANT USAGE ON SCHEMA lent, detrics_keys_shared TO guest;
     GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA lent TO guest; GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA lent TO guest;
     GRANT SELECT ON ALL TABLES IN SCHEMA detrics_keys_shared TO guest`,
  )
  const guest = new URL(url)
  guest.username = 'guest'
  guest.password = 'guest'
  const store = await opened(openPostgresEventStore({ url: guest.href }))
  await appendTo(store, 'two', 3)
  expect((await got(store.readAll(O.none, 10))).events).toHaveLength(5)
  await store.close()
})

describe('what is stored', () => {
  const changes = [
    `UPDATE log.events SET data = '1'`,
    'DELETE FROM log.events',
    'TRUNCATE log.events',
    `INSERT INTO log.events SELECT * FROM log.events ON CONFLICT (id) DO UPDATE SET data = '1'`,
    `MERGE INTO log.events e USING (VALUES ('one')) v (name) ON e.stream = v.name WHEN MATCHED THEN DELETE`,
  ]
  test('is not changed or removed by the superuser either, nor by one who replays changes', async () => {
    const url = await filledLog('log')
    const client = await connection(server.url)
    for (const role of ['origin', 'replica']) {
      await client.query(`SET session_replication_role = ${role}`)
      for (const change of changes)
        await expect(client.query(change)).rejects.toThrow('never changed or removed')
    }
    await client.end()
    const store = await opened(openPostgresEventStore({ url }))
    expect((await got(store.readAll(O.none, 10))).events).toHaveLength(2)
    expect(await store.readAll(O.some(position('0000000000000000001-00000000')), 1)()).toMatchObject({
      left: { _tag: 'Rewound' },
    })
    await store.close()
  })
})

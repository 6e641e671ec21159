import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import pg from 'pg'
import type { AuditTrailStore, TrailEntry } from '@detrics/keys-domain'
import type { AuditTrailHarness } from '@detrics/keys-adapters/conformance'
import { openPostgresAuditTrailStore } from '@detrics/keys-adapters/postgres'
import { checkpoint, used, workspace } from '../../src/conformance/trail-steps.js'
import { opened } from '../harness.js'

export const openTrail = (url: string, schema: string): Promise<AuditTrailStore> =>
  opened(openPostgresAuditTrailStore({ url, schema }))

let count = 0

/** Each `open` takes the next schema; `reopen` opens the latest one by connections of its own. */
export const postgresTrailHarness = (url: string): AuditTrailHarness => {
  const latest = (): Promise<AuditTrailStore> => openTrail(url, `trail_${count}`)
  const next = (): Promise<AuditTrailStore> => openTrail(url, freshSchema())
  return { name: 'PostgreSQL', absent: [], open: next, reopen: latest }
}

export const w = workspace('w')
export const done = E.right(undefined)
export const lines = (count: number): ReadonlyArray<TrailEntry> =>
  Array.from({ length: count }, (_, index) => used(w, index))
export const before = (number: number) => (number === 1 ? O.none : O.some(checkpoint(number - 1)))

/** How many lines there are, by the number of the newest, and the checkpoint beside them. */
export const stateOf = async (store: AuditTrailStore): Promise<readonly [number, unknown]> => {
  const page = await store.page({ workspaceId: w, limit: 1 })()
  const held = await store.checkpoint()
  if (E.isLeft(page) || E.isLeft(held)) throw new Error(JSON.stringify([page, held]))
  return [page.right.entries[0]?.sequence ?? 0, held.right]
}

/** A schema for one test. */
export const freshSchema = (): string => {
  count += 1
  return `trail_${count}`
}

/** A connection of the test's own; the test ends it. */
export const connection = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/**
 * The processes that wait for a lock, once there are as many. By `pg_locks`: within a transaction `pg_stat_activity`
 * tells for ever what it told first.
 */
export const waiting = async (client: pg.Client, count: number): Promise<ReadonlyArray<number>> => {
  for (let look = 1; look <= 5_000; look++) {
    const { rows } = await client.query<{ readonly pid: number }>(
      `SELECT DISTINCT pid FROM pg_locks WHERE NOT granted`,
    )
    if (rows.length === count) return rows.map(({ pid }) => pid)
  }
  throw new Error(`there were never ${count} connections that wait`)
}

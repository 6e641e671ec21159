import type Database from 'better-sqlite3'
import * as O from 'fp-ts/lib/Option.js'
import { revision } from '@detrics/keys-domain'
import type { Checkpoint, Instant, KeyId, TrailPage, TrailQuery, WorkspaceId } from '@detrics/keys-domain'
import { trailAdder, type TrailAdder } from './trail-adder.js'
import { trailPager } from './trail-pager.js'
import { clearTrail } from './trail-schema.js'

/** The statements of the audit trail. They throw what SQLite throws, and open no transaction themselves. */
export interface TrailTables {
  readonly checkpoint: () => O.Option<Checkpoint>
  readonly moveTo: (checkpoint: Checkpoint) => void
  readonly add: TrailAdder
  readonly page: (query: TrailQuery) => TrailPage
  readonly lastUses: (workspaceId: WorkspaceId, keyIds: ReadonlyArray<KeyId>) => ReadonlyMap<KeyId, Instant>
  readonly clear: () => void
}

export const trailTables = (database: Database.Database): TrailTables => {
  const selectCheckpoint = database.prepare<[], Omit<Checkpoint, 'revision'> & { readonly revision: string }>(
    'SELECT log_id AS logId, position, event_id AS eventId, stream, revision FROM checkpoint',
  )
  const putCheckpoint = database.prepare<[string, string, string, string, string]>(
    `INSERT OR REPLACE INTO checkpoint (only, log_id, position, event_id, stream, revision)
     VALUES (1, ?, ?, ?, ?, ?)`,
  )
  return {
    checkpoint: () => {
      const row = selectCheckpoint.get()
      return row === undefined ? O.none : O.some({ ...row, revision: revision(BigInt(row.revision)) })
    },
    moveTo: ({ logId, position, eventId, stream, revision: at }) =>
      void putCheckpoint.run(logId, position, eventId, stream, at.toString()),
    add: trailAdder(database),
    page: trailPager(database),
    lastUses: lastUsesReader(database),
    clear: () => database.exec(clearTrail),
  }
}

interface LastUseRow {
  readonly keyId: KeyId
  readonly lastAt: Instant
}

const lastUsesReader = (database: Database.Database): TrailTables['lastUses'] => {
  const select = database.prepare<[string, string], LastUseRow>(
    `SELECT key_id AS keyId, last_at AS lastAt FROM last_uses
     WHERE workspace = (SELECT id FROM workspaces WHERE name = ?) AND key_id IN (SELECT value FROM json_each(?))`,
  )
  return (workspaceId, keyIds) =>
    new Map(select.all(workspaceId, JSON.stringify(keyIds)).map(({ keyId, lastAt }) => [keyId, lastAt]))
}

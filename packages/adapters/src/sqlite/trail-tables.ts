import type Database from 'better-sqlite3'
import * as O from 'fp-ts/lib/Option.js'
import { revision } from '@detrics/keys-domain'
import type {
  Checkpoint,
  Instant,
  KeyId,
  NumberedTrailEntry,
  TrailEntry,
  TrailPage,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'

/** The statements of the audit trail. They throw what SQLite throws, and open no transaction themselves. */
export interface TrailTables {
  readonly checkpoint: () => O.Option<Checkpoint>
  readonly moveTo: (checkpoint: Checkpoint) => void
  readonly add: (entries: ReadonlyArray<TrailEntry>) => void
  readonly page: (query: TrailQuery) => TrailPage
  readonly clear: () => void
}

interface LineRow {
  readonly sequence: number
  readonly keyId: KeyId
  readonly occurredAt: Instant
  readonly rest: string
}

interface WorkspaceRow {
  readonly id: number
  readonly last: number
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
    add: adder(database),
    page: pager(database),
    clear: () => database.exec('DELETE FROM lines; DELETE FROM workspaces; DELETE FROM checkpoint'),
  }
}

const adder = (database: Database.Database): TrailTables['add'] => {
  const select = database.prepare<[string], WorkspaceRow>(
    'SELECT id, last_sequence AS last FROM workspaces WHERE name = ?',
  )
  const insert = database.prepare<[string]>('INSERT INTO workspaces (name, last_sequence) VALUES (?, 0)')
  const advance = database.prepare<[number, number]>('UPDATE workspaces SET last_sequence = ? WHERE id = ?')
  const addLine = database.prepare<[number, number, string, number, string]>(
    'INSERT INTO lines (workspace, sequence, key_id, occurred_at, rest) VALUES (?, ?, ?, ?, ?)',
  )
  const open = (name: WorkspaceId): WorkspaceRow =>
    select.get(name) ?? { id: Number(insert.run(name).lastInsertRowid), last: 0 }

  return (entries) => {
    const workspaces = new Map<WorkspaceId, WorkspaceRow>()
    for (const { workspaceId, keyId, occurredAt, ...rest } of entries) {
      const { id, last } = workspaces.get(workspaceId) ?? open(workspaceId)
      addLine.run(id, last + 1, keyId, occurredAt, JSON.stringify(rest))
      workspaces.set(workspaceId, { id, last: last + 1 })
    }
    for (const { id, last } of workspaces.values()) advance.run(last, id)
  }
}

const lines = `SELECT sequence, key_id AS keyId, occurred_at AS occurredAt, rest FROM lines
  WHERE workspace = (SELECT id FROM workspaces WHERE name = ?) AND sequence < ? AND occurred_at >= ?`
const newestFirst = 'ORDER BY sequence DESC LIMIT ?'

const pager = (database: Database.Database): TrailTables['page'] => {
  const ofWorkspace = database.prepare<[string, number, number, number], LineRow>(`${lines} ${newestFirst}`)
  const ofKey = database.prepare<[string, number, number, string, number], LineRow>(
    `${lines} AND key_id = ? ${newestFirst}`,
  )
  return ({ workspaceId, keyId, since = 0, before = Number.MAX_SAFE_INTEGER, limit }) => {
    // One more than is asked for, to know whether there is a next page.
    const rows =
      keyId === undefined
        ? ofWorkspace.all(workspaceId, before, since, limit + 1)
        : ofKey.all(workspaceId, before, since, keyId, limit + 1)
    // As for events: an array of our own, not the driver's.
    const entries = Array.from(rows.slice(0, limit), (row) => entryFrom(workspaceId, row))
    const last = entries.at(-1)
    return { entries, next: rows.length > limit && last !== undefined ? O.some(last.sequence) : O.none }
  }
}

/** The file is this module's own and no way in, so what was written as an entry is read as one without a codec. */
const entryFrom = (workspaceId: WorkspaceId, row: LineRow): NumberedTrailEntry =>
  ({
    workspaceId,
    keyId: row.keyId,
    occurredAt: row.occurredAt,
    ...JSON.parse(row.rest),
    sequence: row.sequence,
  }) as NumberedTrailEntry

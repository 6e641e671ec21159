import type Database from 'better-sqlite3'
import type { Instant, KeyId, TrailEntry, WorkspaceId } from '@detrics/keys-domain'
import { isAccepted } from '../shared/trail.js'
import { facetOf } from '../shared/trail-facets.js'
import { spanOf } from './trail-schema.js'

/** Adds lines, numbered on from those that are there, and what is kept beside them. */
export type TrailAdder = (entries: ReadonlyArray<TrailEntry>) => void

/** What one call adds to a workspace; written once for each row at its end, however many lines concern the row. */
interface Draft {
  readonly id: number
  last: number
  readonly lastUses: Map<KeyId, Instant>
  /** By the first number of the span. */
  readonly spans: Map<number, { readonly earliest: Instant; readonly latest: Instant }>
}

export const trailAdder = (database: Database.Database): TrailAdder => {
  const addLine = database.prepare<[number, number, string, string, number, string]>(
    'INSERT INTO lines (workspace, sequence, key_id, facet, occurred_at, rest) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const open = opener(database)
  const finish = finisher(database)

  const add = (draft: Draft, entry: TrailEntry): void => {
    const { workspaceId: _, keyId, occurredAt, ...rest } = entry
    draft.last += 1
    addLine.run(draft.id, draft.last, keyId, facetOf(entry), occurredAt, JSON.stringify(rest))
    const first = spanOf(draft.last)
    const { earliest, latest } = draft.spans.get(first) ?? { earliest: occurredAt, latest: occurredAt }
    draft.spans.set(first, {
      earliest: occurredAt < earliest ? occurredAt : earliest,
      latest: occurredAt > latest ? occurredAt : latest,
    })
    if (isAccepted(entry) && entry.lastAt > (draft.lastUses.get(keyId) ?? -1))
      draft.lastUses.set(keyId, entry.lastAt)
  }

  return (entries) => {
    const drafts = new Map<WorkspaceId, Draft>()
    for (const entry of entries) {
      const draft = drafts.get(entry.workspaceId) ?? open(entry.workspaceId)
      drafts.set(entry.workspaceId, draft)
      add(draft, entry)
    }
    for (const draft of drafts.values()) finish(draft)
  }
}

const opener = (database: Database.Database): ((name: WorkspaceId) => Draft) => {
  const select = database.prepare<[string], Pick<Draft, 'id' | 'last'>>(
    'SELECT id, last_sequence AS last FROM workspaces WHERE name = ?',
  )
  const insert = database.prepare<[string]>('INSERT INTO workspaces (name, last_sequence) VALUES (?, 0)')
  return (name) => {
    const row = select.get(name) ?? { id: Number(insert.run(name).lastInsertRowid), last: 0 }
    return { ...row, lastUses: new Map(), spans: new Map() }
  }
}

const finisher = (database: Database.Database): ((draft: Draft) => void) => {
  const advance = database.prepare<[number, number]>('UPDATE workspaces SET last_sequence = ? WHERE id = ?')
  const widen = database.prepare<[number, number, number, number]>(
    `INSERT INTO spans (workspace, first_sequence, earliest, latest) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)`,
  )
  const putLastUse = database.prepare<[number, string, number]>(
    `INSERT INTO last_uses (workspace, key_id, last_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at)`,
  )
  return ({ id, last, lastUses, spans }) => {
    advance.run(last, id)
    for (const [first, { earliest, latest }] of spans) widen.run(id, first, earliest, latest)
    for (const [keyId, lastAt] of lastUses) putLastUse.run(id, keyId, lastAt)
  }
}

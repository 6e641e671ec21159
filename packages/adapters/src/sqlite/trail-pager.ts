import type Database from 'better-sqlite3'
import * as O from 'fp-ts/lib/Option.js'
import type {
  Instant,
  KeyId,
  NumberedTrailEntry,
  TrailPage,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'
import { wantedFacets, type WantedFacets } from '../shared/trail-facets.js'
import { spanLength } from './trail-schema.js'

/** Which columns a query filters by: each combination is one statement, with the index that fits it. */
interface TrailFilters {
  readonly key: boolean
  readonly facets: Exclude<WantedFacets['_tag'], 'None'>
  readonly time: boolean
}

const workspace = '(SELECT id FROM workspaces WHERE name = @workspaceId)'
const spanEnd = `s.first_sequence + ${spanLength}`

/**
 * The statement for a page. The index is named, since SQLite, which knows nothing of how many lines a filter leaves,
 * prefers the primary key and would look at every line. Spans come first and in order, so nothing is sorted.
 */
export const pageStatement = ({ key, facets, time }: TrailFilters): string =>
  [
    'SELECT l.sequence, l.key_id AS keyId, l.occurred_at AS occurredAt, l.rest FROM',
    time ? 'spans s CROSS JOIN' : '',
    `lines l ${indexFor(key, facets === 'One')}`,
    `WHERE l.workspace = ${workspace} AND l.sequence < ${time ? `min(@before, ${spanEnd})` : '@before'}`,
    key ? 'AND l.key_id = @keyId' : '',
    facets === 'One' ? 'AND l.facet = @facet' : '',
    facets === 'Uses' ? "AND l.facet >= 'used'" : '',
    time ? inTime : '',
    `ORDER BY ${time ? 's.first_sequence DESC, ' : ''}l.sequence DESC LIMIT @limit`,
  ].join(' ')

const indexFor = (key: boolean, facet: boolean): string => {
  if (key) return facet ? 'INDEXED BY lines_of_a_key_and_facet' : 'INDEXED BY lines_of_a_key'
  return facet ? 'INDEXED BY lines_of_a_facet' : ''
}

const inTime = `AND s.workspace = ${workspace}
  AND s.first_sequence < @before AND s.latest >= @since AND s.earliest < @until
  AND l.sequence >= s.first_sequence
  AND l.occurred_at >= @since AND l.occurred_at < @until`

interface LineRow {
  readonly sequence: number
  readonly keyId: KeyId
  readonly occurredAt: Instant
  readonly rest: string
}

type Statement = Database.Statement<[Readonly<Record<string, string | number>>], LineRow>

export const trailPager = (database: Database.Database): ((query: TrailQuery) => TrailPage) => {
  const prepared = new Map<string, Statement>()
  const statementFor = (filters: TrailFilters): Statement => {
    const sql = pageStatement(filters)
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }

  return (query) => {
    const { workspaceId, keyId, since, until, before = Number.MAX_SAFE_INTEGER, limit } = query
    const facets = wantedFacets(query)
    if (facets._tag === 'None') return { entries: [], next: O.none }
    const time = since !== undefined || until !== undefined
    const rows = statementFor({ key: keyId !== undefined, facets: facets._tag, time }).all({
      workspaceId,
      before,
      // One more than is asked for, to know whether there is a next page.
      limit: limit + 1,
      keyId: keyId ?? '',
      facet: facets._tag === 'One' ? facets.facet : '',
      since: since ?? 0,
      until: until ?? Number.MAX_SAFE_INTEGER,
    })
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

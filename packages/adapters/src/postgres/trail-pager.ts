import * as O from 'fp-ts/lib/Option.js'
import type { NumberedTrailEntry, TrailPage, TrailQuery, WorkspaceId } from '@detrics/keys-domain'
import { wantedFacets, type WantedFacets } from '../shared/trail-facets.js'
import type { Row, Rows, Statement } from './session.js'
import { spanLength } from './trail-schema.js'

/** Which columns a query filters by: each combination is one statement. */
export interface TrailFilters {
  readonly key: boolean
  readonly facets: Exclude<WantedFacets['_tag'], 'None'>
  readonly time: boolean
}

/** The statement for a page; `none` for a query with which nothing is found. */
export const pageStatement = (schema: string, query: TrailQuery): O.Option<Statement> => {
  const { workspaceId, keyId, since, until, before = Number.MAX_SAFE_INTEGER, limit } = query
  const facets = wantedFacets(query)
  if (facets._tag === 'None') return O.none
  const time = since !== undefined || until !== undefined
  const filters = { key: keyId !== undefined, facets: facets._tag, time }
  const values: Readonly<Record<Parameter, string | number>> = {
    workspace: workspaceId,
    before,
    // One more than is asked for, to know whether there is a next page.
    limit: limit + 1,
    key: keyId ?? '',
    facet: facets._tag === 'One' ? facets.facet : '',
    since: since ?? 0,
    until: until ?? Number.MAX_SAFE_INTEGER,
  }
  return O.some({
    name: ['page', ...Object.values(filters)].join(' '),
    text: pageText(schema, filters),
    values: parametersOf(filters).map((name) => values[name]),
  })
}

type Parameter = 'workspace' | 'before' | 'limit' | 'key' | 'facet' | 'since' | 'until'

const parametersOf = ({ key, facets, time }: TrailFilters): ReadonlyArray<Parameter> => [
  'workspace',
  'before',
  'limit',
  ...(key ? (['key'] as const) : []),
  ...(facets === 'One' ? (['facet'] as const) : []),
  ...(time ? (['since', 'until'] as const) : []),
]

/**
 * PostgreSQL cannot be told which index to use, and what it believes of a trail that was rebuilt a moment ago, or that
 * was empty when the statement was planned, is wrong. So each statement asks for an order that one index alone gives,
 * and the trail's sessions do not sort whole results (see `trail-session.ts`): the plan follows from the statement and
 * not from statistics. It reads the newest lines that fit from that index until the page is full.
 */
export const pageText = (schema: string, filters: TrailFilters): string => {
  const parameters = parametersOf(filters)
  const at = (name: Parameter): string => `$${parameters.indexOf(name) + 1}`
  return filters.time ? textBySpans(schema, filters, at) : textByLines(schema, filters, at)
}

type At = (name: Parameter) => string

/**
 * Facet (or, without one, key) and sequence are compared as a pair, between the last line and the first that fits. With
 * a plain `facet = …` PostgreSQL would drop the facet from the order, and then any index that has the lines in order
 * would do. A key beside a facet needs no such care: the order of the index of both is that of no other.
 */
const textByLines = (schema: string, filters: TrailFilters, at: At): string => {
  const fields = fieldsOf(filters)
  const names = [...fields.slice(-1).map(({ column }) => column), 'l.sequence']
  const pair = (sequence: string): string =>
    [...fields.slice(-1).map(({ name }) => at(name)), sequence].join(', ')
  return `${selectLines(schema)} WHERE l.workspace = ${workspaceIn(schema, at)}
    ${equal(fields.slice(0, -1), at)}
    AND (${names.join(', ')}) < (${pair(at('before'))}) AND (${names.join(', ')}) >= (${pair('0')})
    ${usesOnly(filters)}
    ORDER BY ${names.map((name) => `${name} ${newestFirst(filters)}`).join(', ')} LIMIT ${at('limit')}`
}

/**
 * Span by span, the newest first, passing over those in which there can be nothing. Here plain equalities do: within
 * one span even the wrong index costs no more than a look at its lines.
 */
const textBySpans = (schema: string, filters: TrailFilters, at: At): string => `
  SELECT l.* FROM ${schema}.trail_spans s CROSS JOIN LATERAL (
    ${selectLines(schema)} WHERE l.workspace = s.workspace
    ${equal(fieldsOf(filters), at)}
    AND l.sequence >= s.first_sequence AND l.sequence < least(${at('before')}, s.first_sequence + ${spanLength})
    AND l.occurred_at >= ${at('since')} AND l.occurred_at < ${at('until')}
    ${usesOnly(filters)}
    ORDER BY l.sequence ${newestFirst(filters)} LIMIT ${at('limit')}
  ) l
  WHERE s.workspace = ${workspaceIn(schema, at)} AND s.first_sequence < ${at('before')}
    AND s.latest >= ${at('since')} AND s.earliest < ${at('until')}
  ORDER BY s.first_sequence DESC, l.sequence DESC LIMIT ${at('limit')}`

const selectLines = (schema: string): string =>
  `SELECT l.sequence, l.key_id, l.occurred_at, l.rest FROM ${schema}.trail_lines l`

const workspaceIn = (schema: string, at: At): string =>
  `(SELECT id FROM ${schema}.trail_workspaces WHERE name = ${at('workspace')})`

interface Field {
  readonly column: string
  readonly name: Parameter
}

const equal = (fields: ReadonlyArray<Field>, at: At): string =>
  fields.map(({ column, name }) => `AND ${column} = ${at(name)}`).join(' ')

/** In the order of the index that has them. */
const fieldsOf = ({ key, facets }: TrailFilters): ReadonlyArray<Field> => [
  ...(key ? [{ column: 'l.key_id', name: 'key' } as const] : []),
  ...(facets === 'One' ? [{ column: 'l.facet', name: 'facet' } as const] : []),
]

/** Of keys and facets the index has absent values first, so backwards it has them last; the others the reverse. */
const newestFirst = ({ key, facets }: TrailFilters): string =>
  key && facets === 'One' ? 'DESC NULLS LAST' : 'DESC'

const usesOnly = ({ facets }: TrailFilters): string => (facets === 'Uses' ? `AND l.facet >= 'used'` : '')

export const pageFrom = (
  { workspaceId, limit }: Pick<TrailQuery, 'workspaceId' | 'limit'>,
  rows: Rows,
): TrailPage => {
  const entries = rows.slice(0, limit).map((row) => entryFrom(workspaceId, row))
  const last = entries.at(-1)
  return { entries, next: rows.length > limit && last !== undefined ? O.some(last.sequence) : O.none }
}

/** The tables are this module's own and no way in, so what was written as an entry is read as one without a codec. */
const entryFrom = (workspaceId: WorkspaceId, [sequence, keyId, occurredAt, rest]: Row): NumberedTrailEntry =>
  ({
    workspaceId,
    keyId,
    occurredAt: Number(occurredAt),
    ...JSON.parse(rest ?? '{}'),
    sequence: Number(sequence),
  }) as NumberedTrailEntry

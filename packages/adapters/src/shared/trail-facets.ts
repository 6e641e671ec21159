import type { TrailEntry, TrailQuery } from '@detrics/keys-domain'

/** The facet of a line. Those of uses come after all others in the order of texts. */
export const facetOf = (entry: TrailEntry): string =>
  entry.kind === 'used' ? `used:${entry.outcome}` : entry.kind

/** The facets that a query wants. */
export type WantedFacets =
  | { readonly _tag: 'All' }
  | { readonly _tag: 'None' }
  | { readonly _tag: 'One'; readonly facet: string }
  /** Those of all uses. Most lines are uses, so they are looked for without an index. */
  | { readonly _tag: 'Uses' }

export const wantedFacets = ({ kind, outcome }: Pick<TrailQuery, 'kind' | 'outcome'>): WantedFacets => {
  if (outcome !== undefined)
    return kind === undefined || kind === 'used'
      ? { _tag: 'One', facet: `used:${outcome}` }
      : { _tag: 'None' }
  if (kind === undefined) return { _tag: 'All' }
  return kind === 'used' ? { _tag: 'Uses' } : { _tag: 'One', facet: kind }
}

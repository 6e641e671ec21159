import type { Instant, NumberedTrailEntry, TrailPage, TrailQuery } from '@detrics/keys-domain'
import * as O from 'fp-ts/lib/Option.js'

/** Lines in the order of their sequence. */
export interface TrailLines {
  readonly add: (line: NumberedTrailEntry) => void
  /** A page of those that a query wants by their kind and by when they happened. */
  readonly page: (query: Pick<TrailQuery, 'kind' | 'since' | 'until' | 'before' | 'limit'>) => TrailPage
}

/** When the earliest and the latest of so many neighbouring lines happened: a query passes over what cannot fit. */
interface Span {
  readonly earliest: Instant
  readonly latest: Instant
}

const spanLength = 1_000

export const trailLines = (): TrailLines => {
  const lines: Array<NumberedTrailEntry> = []
  const spans: Array<Span> = []

  const add = (line: NumberedTrailEntry): void => {
    const index = Math.floor(lines.length / spanLength)
    const { occurredAt } = line
    const { earliest, latest } = spans[index] ?? { earliest: occurredAt, latest: occurredAt }
    spans[index] = {
      earliest: occurredAt < earliest ? occurredAt : earliest,
      latest: occurredAt > latest ? occurredAt : latest,
    }
    lines.push(line)
  }

  const page: TrailLines['page'] = (query) => {
    const entries: Array<NumberedTrailEntry> = []
    for (let index = countBefore(lines, query.before) - 1; index >= 0; index--) {
      if (isApart(spans[Math.floor(index / spanLength)], query)) {
        // On to the last line of the span before.
        index -= index % spanLength
        continue
      }
      const line = lines[index]
      if (line === undefined || !fits(line, query)) continue
      const last = entries.at(-1)
      // One line more than asked for was found: there is a next page, and it begins below the last line of this one.
      if (last !== undefined && entries.length === query.limit)
        return { entries, next: O.some(last.sequence) }
      entries.push(line)
    }
    return { entries, next: O.none }
  }

  return { add, page }
}

type Wanted = Pick<TrailQuery, 'kind'> & { readonly since?: number; readonly until?: number }

const isApart = (span: Span | undefined, { since = 0, until = Infinity }: Wanted): boolean =>
  span === undefined || span.latest < since || span.earliest >= until

const fits = (line: NumberedTrailEntry, { kind, since = 0, until = Infinity }: Wanted): boolean =>
  line.occurredAt >= since && line.occurredAt < until && (kind === undefined || line.kind === kind)

/** How many lines have a smaller sequence; by bisection, since lines stand in the order of their sequence. */
const countBefore = (lines: ReadonlyArray<NumberedTrailEntry>, before: number | undefined): number => {
  if (before === undefined) return lines.length
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    const line = lines[middle]
    if (line !== undefined && line.sequence < before) low = middle + 1
    else high = middle
  }
  return low
}

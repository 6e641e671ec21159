import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type {
  AuditTrailStore,
  Checkpoint,
  KeyId,
  NumberedTrailEntry,
  TrailEntry,
  TrailError,
  TrailPage,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'
import { immediately } from '../shared/task.js'
import {
  isTrailLimit,
  sameCheckpoint,
  staleCheckpoint,
  trailClosed,
  trailLimitRefused,
} from '../shared/trail.js'

type Lines = Array<NumberedTrailEntry>

interface WorkspaceTrail {
  readonly all: Lines
  readonly byKey: Map<KeyId, Lines>
}

/** The audit trail in the memory of this process; it is rebuilt from the log at each start. */
export const memoryAuditTrailStore = (): AuditTrailStore => {
  const trails = new Map<WorkspaceId, WorkspaceTrail>()
  let checkpoint: O.Option<Checkpoint> = O.none
  let closed = false

  const whileOpen = <A>(act: () => E.Either<TrailError, A>): TaskEither<TrailError, A> =>
    immediately(() => (closed ? E.left(trailClosed) : act()))

  const add = (entry: TrailEntry): void => {
    const trail = trails.get(entry.workspaceId) ?? { all: [], byKey: new Map<KeyId, Lines>() }
    trails.set(entry.workspaceId, trail)
    const line = Object.freeze({ ...entry, sequence: trail.all.length + 1 })
    trail.all.push(line)
    const ofKey = trail.byKey.get(entry.keyId)
    if (ofKey === undefined) trail.byKey.set(entry.keyId, [line])
    else ofKey.push(line)
  }

  const linesOf = ({ workspaceId, keyId }: TrailQuery): Lines => {
    const trail = trails.get(workspaceId)
    return (keyId === undefined ? trail?.all : trail?.byKey.get(keyId)) ?? []
  }

  return {
    checkpoint: whileOpen(() => E.right(checkpoint)),
    commit: (expected, next, entries) =>
      whileOpen(() => {
        if (!sameCheckpoint(checkpoint, expected)) return E.left(staleCheckpoint)
        for (const entry of entries) add(entry)
        checkpoint = O.some({ ...next })
        return E.right(undefined)
      }),
    page: (query) =>
      whileOpen(() =>
        isTrailLimit(query.limit) ? E.right(pageOf(linesOf(query), query)) : E.left(trailLimitRefused),
      ),
    clear: whileOpen(() => {
      trails.clear()
      checkpoint = O.none
      return E.right(undefined)
    }),
    close: immediately(() => {
      closed = true
    }),
  }
}

const pageOf = (lines: Lines, { since, before, limit }: TrailQuery): TrailPage => {
  const entries: Lines = []
  for (let index = countBefore(lines, before) - 1; index >= 0; index--) {
    const line = lines[index]
    if (line === undefined || (since !== undefined && line.occurredAt < since)) continue
    const last = entries.at(-1)
    // One line more than asked for was found: there is a next page, and it begins below the last line of this one.
    if (last !== undefined && entries.length === limit) return { entries, next: O.some(last.sequence) }
    entries.push(line)
  }
  return { entries, next: O.none }
}

/** How many lines have a smaller sequence; by bisection, since lines stand in the order of their sequence. */
const countBefore = (lines: Lines, before: number | undefined): number => {
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

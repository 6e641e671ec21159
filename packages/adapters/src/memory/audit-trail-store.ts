import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type {
  AuditTrailStore,
  Checkpoint,
  Instant,
  KeyId,
  TrailEntry,
  TrailError,
  TrailPage,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'
import { immediately } from '../shared/task.js'
import { facetOf, wantedFacets } from '../shared/trail-facets.js'
import {
  isAccepted,
  isTrailLimit,
  sameCheckpoint,
  staleCheckpoint,
  trailClosed,
  trailLimitRefused,
} from '../shared/trail.js'
import { trailLines, type TrailLines } from './trail-lines.js'

/** The audit trail in the memory of this process; it is rebuilt from the log at each start. */
export const memoryAuditTrailStore = (): AuditTrailStore => {
  const trails = new Map<WorkspaceId, WorkspaceTrail>()
  let checkpoint: O.Option<Checkpoint> = O.none
  let closed = false

  const whileOpen = <A>(act: () => E.Either<TrailError, A>): TaskEither<TrailError, A> =>
    immediately(() => (closed ? E.left(trailClosed) : act()))

  const trailOf = (workspaceId: WorkspaceId): WorkspaceTrail => {
    const trail = trails.get(workspaceId) ?? workspaceTrail()
    trails.set(workspaceId, trail)
    return trail
  }

  return {
    checkpoint: whileOpen(() => E.right(checkpoint)),
    commit: (expected, next, entries) =>
      whileOpen(() => {
        if (!sameCheckpoint(checkpoint, expected)) return E.left(staleCheckpoint)
        for (const entry of entries) trailOf(entry.workspaceId).add(entry)
        checkpoint = O.some({ ...next })
        return E.right(undefined)
      }),
    page: (query) =>
      whileOpen(() =>
        isTrailLimit(query.limit)
          ? E.right(trails.get(query.workspaceId)?.page(query) ?? noPage)
          : E.left(trailLimitRefused),
      ),
    lastUses: (workspaceId, keyIds) =>
      whileOpen(() => E.right(trails.get(workspaceId)?.lastUses(keyIds) ?? new Map<KeyId, Instant>())),
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

const noPage: TrailPage = { entries: [], next: O.none }

interface WorkspaceTrail {
  readonly add: (entry: TrailEntry) => void
  readonly page: (query: TrailQuery) => TrailPage
  readonly lastUses: (keyIds: ReadonlyArray<KeyId>) => ReadonlyMap<KeyId, Instant>
}

/** The lines of a workspace: all of them, and those of each key, of each facet, and of each facet of each key. */
const workspaceTrail = (): WorkspaceTrail => {
  const lists = new Map<string, TrailLines>()
  const lastUses = new Map<KeyId, Instant>()
  let count = 0

  const add = (entry: TrailEntry): void => {
    count += 1
    const line = Object.freeze({ ...entry, sequence: count })
    const facet = facetOf(entry)
    for (const name of [nameOf(), nameOf(entry.keyId), nameOf('', facet), nameOf(entry.keyId, facet)]) {
      const list = lists.get(name) ?? trailLines()
      lists.set(name, list)
      list.add(line)
    }
    if (isAccepted(entry) && entry.lastAt > (lastUses.get(entry.keyId) ?? -1))
      lastUses.set(entry.keyId, entry.lastAt)
  }

  const page = (query: TrailQuery): TrailPage => {
    const facets = wantedFacets(query)
    if (facets._tag === 'None') return noPage
    return lists.get(nameOf(query.keyId, facets._tag === 'One' ? facets.facet : ''))?.page(query) ?? noPage
  }

  const lastUsesOf = (keyIds: ReadonlyArray<KeyId>): ReadonlyMap<KeyId, Instant> => {
    const found = new Map<KeyId, Instant>()
    for (const keyId of keyIds) {
      const lastAt = lastUses.get(keyId)
      if (lastAt !== undefined) found.set(keyId, lastAt)
    }
    return found
  }

  return { add, page, lastUses: lastUsesOf }
}

const nameOf = (keyId = '', facet = ''): string => `${keyId} ${facet}`

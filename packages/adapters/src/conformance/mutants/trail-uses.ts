import * as E from 'fp-ts/lib/Either.js'
import type { Instant, KeyId, TrailEntry, WorkspaceId } from '@detrics/keys-domain'
import { mutant } from './trail-mutate.js'
import type { TrailMutants, TrailMutation } from './trail-mutate.js'

/** Keeps last uses beside the store, by a rule of its own. */
const countsUses = (
  rule: (entry: TrailEntry, before: number | undefined) => Instant | undefined,
): TrailMutation => {
  return (store) => {
    const uses = new Map<string, Instant>()
    const nameOf = (workspaceId: WorkspaceId, keyId: KeyId): string => `${workspaceId} ${keyId}`
    return {
      ...store,
      commit: (expected, next, entries) => async () => {
        const result = await store.commit(expected, next, entries)()
        for (const entry of E.isRight(result) ? entries : []) {
          const name = nameOf(entry.workspaceId, entry.keyId)
          const lastAt = rule(entry, uses.get(name))
          if (lastAt !== undefined) uses.set(name, lastAt)
        }
        return result
      },
      lastUses: (workspaceId, keyIds) => async () =>
        E.map(() => {
          const found = keyIds.map((keyId) => [keyId, uses.get(nameOf(workspaceId, keyId))] as const)
          return new Map(found.flatMap(([keyId, at]) => (at === undefined ? [] : [[keyId, at] as const])))
        })(await store.lastUses(workspaceId, keyIds)()),
      clear: async () => {
        uses.clear()
        return store.clear()
      },
    }
  }
}

const acceptedAt = (entry: TrailEntry): Instant | undefined =>
  entry.kind === 'used' && entry.outcome === 'accepted' ? entry.lastAt : undefined

const laterOf = (at: Instant | undefined, before: number | undefined): Instant | undefined =>
  at !== undefined && at > (before ?? -1) ? at : undefined

/** Mutants that are wrong about when a key was used last. */
export const trailUseMutants: TrailMutants = {
  takesTheLastUseForTheLatest: mutant(
    'takes the use that came last for the latest',
    countsUses((entry) => acceptedAt(entry)),
  ),
  countsRefusedAttempts: mutant(
    'counts a refused attempt as a use',
    countsUses((entry, before) => laterOf(entry.kind === 'used' ? entry.lastAt : undefined, before)),
  ),
  countsChanges: mutant(
    'counts a change of a key as a use',
    countsUses((entry, before) =>
      laterOf(entry.kind === 'used' ? acceptedAt(entry) : entry.occurredAt, before),
    ),
  ),
  overlooksTheBeginningOfTime: mutant(
    'takes a use at the instant 0 for none',
    countsUses((entry, before) => laterOf(acceptedAt(entry), before ?? 0)),
  ),
  tellsUsesOfOtherWorkspaces: mutant('tells uses of a key whatever the workspace', (store) => {
    const workspaces = new Set<WorkspaceId>()
    return {
      ...store,
      commit: (expected, next, entries) => {
        for (const { workspaceId } of entries) workspaces.add(workspaceId)
        return store.commit(expected, next, entries)
      },
      lastUses: (workspaceId, keyIds) => async () => {
        const own = await store.lastUses(workspaceId, keyIds)()
        if (E.isLeft(own)) return own
        const found = new Map(own.right)
        for (const other of workspaces) {
          const theirs = await store.lastUses(other, keyIds)()
          for (const [keyId, at] of E.isRight(theirs) ? theirs.right : [])
            if (!found.has(keyId)) found.set(keyId, at)
        }
        return E.right(found)
      },
    }
  }),
  countsUsesOfRefusedCommits: mutant('counts the uses of a commit that it refuses', (store) => {
    let refused: ReadonlyArray<TrailEntry> = []
    return {
      ...store,
      commit: (expected, next, entries) => async () => {
        const result = await store.commit(expected, next, entries)()
        refused = E.isLeft(result) ? entries : refused
        return result
      },
      lastUses: (workspaceId, keyIds) => async () =>
        E.map((found: ReadonlyMap<KeyId, Instant>) => {
          const all = new Map(found)
          for (const entry of refused) {
            const at = laterOf(acceptedAt(entry), all.get(entry.keyId))
            if (at !== undefined && entry.workspaceId === workspaceId && keyIds.includes(entry.keyId))
              all.set(entry.keyId, at)
          }
          return all
        })(await store.lastUses(workspaceId, keyIds)()),
    }
  }),
  keepsUsesWhenCleared: mutant('keeps last uses when it is cleared', (store) => {
    let kept: ReadonlyMap<KeyId, Instant> = new Map()
    return {
      ...store,
      lastUses: (workspaceId, keyIds) => async () =>
        E.map((found: ReadonlyMap<KeyId, Instant>) => {
          kept = new Map([...kept, ...found])
          return new Map([...kept].filter(([keyId]) => keyIds.includes(keyId) && workspaceId === 'w'))
        })(await store.lastUses(workspaceId, keyIds)()),
    }
  }),
}

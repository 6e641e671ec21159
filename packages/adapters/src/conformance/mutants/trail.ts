import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { trailPageLimitMax } from '@detrics/keys-domain'
import type {
  AuditTrailStore,
  Checkpoint,
  Instant,
  TrailEntry,
  TrailError,
  WorkspaceId,
} from '@detrics/keys-domain'
import { mutant, onCommit, onEntry, onLines, onPage, onQuery } from './trail-mutate.js'
import type { TrailMutant, TrailMutants, TrailMutation } from './trail-mutate.js'
import { trailUseMutants } from './trail-uses.js'

const ignores = (filter: 'keyId' | 'kind' | 'outcome' | 'since' | 'until'): TrailMutant =>
  mutant(
    `shows lines that ${filter} excludes`,
    onQuery((query) => {
      const without = { ...query }
      delete without[filter]
      return without
    }),
  )

/** What to do when a commit was refused because its checkpoint is stale. */
const whenStale = (
  act: (
    store: AuditTrailStore,
    at: {
      readonly current: O.Option<Checkpoint>
      readonly next: Checkpoint
      readonly entries: ReadonlyArray<TrailEntry>
    },
  ) => Promise<E.Either<TrailError, void>>,
): TrailMutation =>
  onCommit((store) => (expected, next, entries) => async () => {
    const result = await store.commit(expected, next, entries)()
    if (E.isRight(result) || result.left._tag !== 'StaleCheckpoint') return result
    const current = await store.checkpoint()
    return E.isLeft(current) ? current : act(store, { current: current.right, next, entries })
  })

/** Numbers 2, 4, 6 …, and pages that fit them. */
const leavesGaps: TrailMutation = (store) =>
  onPage(({ entries, next }) => ({
    entries: entries.map((entry) => ({ ...entry, sequence: entry.sequence * 2 })),
    next: O.map((sequence: number) => sequence * 2)(next),
  }))(
    onQuery(({ before, ...query }) => ({
      ...query,
      ...(before !== undefined && { before: Math.ceil(before / 2) }),
    }))(store),
  )

const lowerCase = (workspaceId: WorkspaceId): WorkspaceId => workspaceId.toLowerCase() as WorkspaceId

const foldsCase: TrailMutation = (store) => ({
  ...onQuery((query) => ({ ...query, workspaceId: lowerCase(query.workspaceId) }))(store),
  commit: (expected, next, entries) =>
    store.commit(
      expected,
      next,
      entries.map((entry) => ({ ...entry, workspaceId: lowerCase(entry.workspaceId) })),
    ),
})

/** Each handle has its checkpoint in mind, and does not look whether another one has moved it. */
const remembersTheCheckpoint: TrailMutation = (store) => {
  let known: O.Option<Checkpoint> = O.none
  return {
    ...store,
    commit: (expected, next, entries) => async () => {
      const result = await store.commit(expected, next, entries)()
      if (E.isRight(result) && O.isNone(known)) known = O.some(next)
      return result
    },
    checkpoint: async () =>
      E.map((current: O.Option<Checkpoint>) => (O.isSome(known) ? known : current))(await store.checkpoint()),
    clear: async () => {
      known = O.none
      return store.clear()
    },
  }
}

/** Stores of the audit trail that break one promise each, made of any that breaks none. */
export const trailMutants: TrailMutants = {
  movesTheCheckpointWithoutLines: mutant(
    'moves the checkpoint and writes no lines',
    onLines(() => []),
  ),
  losesTheLastLine: mutant(
    'does not write the last line of a commit',
    onLines((entries) => entries.slice(0, -1)),
  ),
  writesLinesBackwards: mutant(
    'numbers the lines of a commit in the opposite order',
    onLines((entries) => entries.toReversed()),
  ),
  acceptsStaleCheckpoints: mutant(
    'commits wherever the checkpoint is',
    whenStale((store, { current, next, entries }) => store.commit(current, next, entries)()),
  ),
  writesLinesOfRefusedCommits: mutant(
    'writes the lines of a commit that it refuses',
    whenStale(async (store, { current, entries }) => {
      if (O.isSome(current)) await store.commit(current, current.value, entries)()
      return E.left({ _tag: 'StaleCheckpoint' })
    }),
  ),
  answersAnOldCheckpoint: mutant('answers the first checkpoint for ever', remembersTheCheckpoint),
  leavesGaps: mutant('leaves gaps between the numbers of lines', leavesGaps),
  numbersFromZero: mutant(
    'begins to number with 0',
    onEntry((entry) => ({ ...entry, sequence: entry.sequence - 1 })),
  ),
  foldsCase: mutant('takes workspaces for one whose names differ in case only', foldsCase),
  ignoresTheKey: ignores('keyId'),
  ignoresTheKind: ignores('kind'),
  ignoresTheOutcome: ignores('outcome'),
  ignoresTheBeginning: ignores('since'),
  ignoresTheEnd: ignores('until'),
  countsTheEndIn: mutant(
    'counts the end of a time as part of it',
    onQuery(({ until, ...query }) => ({
      ...query,
      ...(until !== undefined && { until: (until + 1) as Instant }),
    })),
  ),
  showsTheOldestFirst: mutant(
    'shows the oldest lines of a page first',
    onPage((page) => ({ ...page, entries: page.entries.toReversed() })),
  ),
  endsTooEarly: mutant(
    'says of every page that it is the last',
    onPage((page) => ({ ...page, next: O.none })),
  ),
  offersMoreOfNothing: mutant(
    'says of an empty trail that there is another page',
    onPage((page, query) =>
      page.entries.length === 0 && Object.keys(query).length === 2 ? { ...page, next: O.some(1) } : page,
    ),
  ),
  offersAnEmptyPage: mutant(
    'says of a last page that is full that there is another one',
    onPage((page, { limit }) => {
      const last = page.entries.at(-1)
      return page.entries.length === limit && last !== undefined
        ? { ...page, next: O.some(last.sequence) }
        : page
    }),
  ),
  repairsLimits: mutant(
    'makes a limit fit instead of refusing it',
    onQuery((query) => ({
      ...query,
      limit: Math.min(Math.max(Math.trunc(query.limit) || 1, 1), trailPageLimitMax),
    })),
  ),
  normalisesNames: mutant(
    'brings names into the normal form of Unicode',
    onEntry((entry) =>
      entry.kind !== 'used' && entry.name !== undefined
        ? { ...entry, name: entry.name.normalize('NFC') }
        : entry,
    ),
  ),
  ...trailUseMutants,
  doesNotClear: mutant('keeps everything when it is cleared', (store) => ({
    ...store,
    clear: async () => E.map(() => undefined)(await store.checkpoint()),
  })),
  staysOpen: mutant('does nothing when it is closed', (store) => ({
    ...store,
    close: () => Promise.resolve(),
  })),
  losesTheTrail: {
    breaks: 'says that its trails outlive their handles, and opens an empty one each time',
    of: (honest) => ({ ...honest, absent: [], reopen: honest.open }),
  },
  isNeverAvailable: mutant('answers every call that it cannot be reached', (store) => {
    const fails = () => Promise.resolve(E.left<TrailError>({ _tag: 'TrailUnavailable', cause: 'never' }))
    return {
      checkpoint: fails,
      commit: () => fails,
      page: () => fails,
      lastUses: () => fails,
      clear: fails,
      close: store.close,
    }
  }),
}

import * as E from 'fp-ts/lib/Either.js'
import type {
  AuditTrailStore,
  NumberedTrailEntry,
  TrailEntry,
  TrailPage,
  TrailQuery,
} from '@detrics/keys-domain'
import type { AuditTrailHarness } from '../trail-guarantee.js'

/** A store of the audit trail that breaks one promise, made of one that keeps all. */
export interface TrailMutant {
  /** What it does, for tables. */
  readonly breaks: string
  readonly of: (honest: AuditTrailHarness) => AuditTrailHarness
}

export type TrailMutation = (store: AuditTrailStore) => AuditTrailStore
export type Commit = AuditTrailStore['commit']

export const mutant = (breaks: string, mutation: TrailMutation): TrailMutant => ({
  breaks,
  of: (honest) => ({
    ...honest,
    open: async () => mutation(await honest.open()),
    reopen: async () => mutation(await honest.reopen()),
  }),
})

export const onCommit =
  (change: (store: AuditTrailStore) => Commit): TrailMutation =>
  (store) => ({ ...store, commit: change(store) })

export const onLines = (
  change: (entries: ReadonlyArray<TrailEntry>) => ReadonlyArray<TrailEntry>,
): TrailMutation =>
  onCommit((store) => (expected, next, entries) => store.commit(expected, next, change(entries)))

export const onQuery =
  (change: (query: TrailQuery) => TrailQuery): TrailMutation =>
  (store) => ({ ...store, page: (query) => store.page(change(query)) })

export const onPage =
  (change: (page: TrailPage, query: TrailQuery) => TrailPage): TrailMutation =>
  (store) => ({
    ...store,
    page: (query) => async () => E.map((page: TrailPage) => change(page, query))(await store.page(query)()),
  })

export const onEntry = (change: (entry: NumberedTrailEntry) => NumberedTrailEntry): TrailMutation =>
  onPage((page) => ({ ...page, entries: page.entries.map(change) }))

export type TrailMutants = Readonly<Record<string, TrailMutant>>

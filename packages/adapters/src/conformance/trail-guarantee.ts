import * as O from 'fp-ts/lib/Option.js'
import { trailPageLimitMax } from '@detrics/keys-domain'
import type {
  AuditTrailStore,
  KeyId,
  NumberedTrailEntry,
  TrailEntry,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'
import { lacks } from './capabilities.js'
import type { Capability } from './capabilities.js'
import type { Guarantee } from './guarantee.js'
import { ok } from './steps.js'
import { checkpoint, keys, workspace } from './trail-steps.js'

/** How the kit gets at the audit trail's stores of one adapter. */
export interface AuditTrailHarness {
  /** Stands in tables and messages. */
  readonly name: string
  readonly absent: ReadonlyArray<Extract<Capability, 'persistent'>>
  /** A store of its own, which is empty. */
  readonly open: () => Promise<AuditTrailStore>
  /** One more handle on what was opened last, as another process would have it; empty where trails are not persistent. */
  readonly reopen: () => Promise<AuditTrailStore>
}

interface Handles {
  readonly store: AuditTrailStore
  readonly other: AuditTrailStore
  readonly harness: AuditTrailHarness
}

/** A guarantee about a trail that is empty when it begins, by one handle or two. */
export const holds = (
  guarantee: string,
  show: (handles: Handles) => Promise<void>,
): Guarantee<AuditTrailHarness> => ({
  guarantee,
  run: async (harness) => {
    const store = await harness.open()
    const other = lacks(harness, 'persistent') ? store : await harness.reopen()
    try {
      await show({ store, other, harness })
    } finally {
      await Promise.all([store.close(), other.close()])
    }
  },
})

export const w: WorkspaceId = workspace('w')
export const v: WorkspaceId = workspace('v')
export const one: KeyId = keys[0]
export const two: KeyId = keys[1]

export const fill = (store: AuditTrailStore, entries: ReadonlyArray<TrailEntry>): Promise<void> =>
  ok(store.commit(O.none, checkpoint(1), entries))

export const entriesOf = async (
  store: AuditTrailStore,
  query: Partial<TrailQuery> = {},
): Promise<ReadonlyArray<NumberedTrailEntry>> =>
  (await ok(store.page({ workspaceId: w, limit: trailPageLimitMax, ...query }))).entries

export const sequences = async (
  store: AuditTrailStore,
  query: Partial<TrailQuery> = {},
): Promise<ReadonlyArray<number>> => (await entriesOf(store, query)).map(({ sequence }) => sequence)

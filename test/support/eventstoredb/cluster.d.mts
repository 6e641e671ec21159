import type { Double, DoubleLog } from './double.mjs'

export interface Cluster {
  readonly nodes: ReadonlyArray<Double>
  readonly log: DoubleLog
  readonly url: (parameters?: string) => string
  /** Makes another node the leader; the one that led before ends its subscriptions. */
  readonly elect: (index: number) => void
  readonly stop: () => Promise<unknown>
}

export const startCluster: (options: { readonly size: number }) => Promise<Cluster>

import type { Use, UsesRecorded } from '@detrics/keys-domain'

/** Uses that wait to be stored, equal ones counted together, in the order of their first. */
export interface Groups {
  readonly add: (use: Use) => void
  /** What has been added since the last call. */
  readonly take: () => ReadonlyArray<UsesRecorded>
  readonly size: () => number
}

export const groups = (): Groups => {
  let waiting = new Map<string, UsesRecorded>()
  return {
    add: (use) => {
      const identity = JSON.stringify([use.keyId, use.action, use.outcome, use.client, use.address])
      const before = waiting.get(identity)
      waiting.set(
        identity,
        before === undefined ? firstOf(use) : { ...before, count: before.count + 1, lastAt: use.at },
      )
    },
    take: () => {
      const taken = Array.from(waiting.values())
      waiting = new Map()
      return taken
    },
    size: () => waiting.size,
  }
}

const firstOf = ({ keyId, action, outcome, client, address, at }: Use): UsesRecorded => ({
  keyId,
  action,
  outcome,
  count: 1,
  firstAt: at,
  lastAt: at,
  ...(client === undefined ? {} : { client }),
  ...(address === undefined ? {} : { address }),
})

import type { Use, UsesRecorded } from '@detrics/keys-domain'

/** How many groups of accepted uses may wait, and how many of refused ones: neither takes the room of the other. */
const acceptedMax = 400
const refusedMax = 400

/** Stands for action, client and address where there are too many different ones. */
const other = '(other)'

/** Uses that wait to be stored, equal ones counted together, in the order of their first. */
export interface Groups {
  /**
   * False when there is no room for an accepted use. A refused one always counts: where there is no room for what
   * else is known of it, in one group of its key and outcome, so that a flood costs details and never a count.
   */
  readonly add: (use: Use) => boolean
  /** Takes back what could not be stored. */
  readonly putBack: (uses: ReadonlyArray<UsesRecorded>) => void
  /** What has been added since the last call. */
  readonly take: () => ReadonlyArray<UsesRecorded>
  readonly size: () => number
}

export const groups = (): Groups => {
  const waiting = new Map<string, UsesRecorded>()
  const sizes = { accepted: 0, refused: 0 }

  const merge = (uses: UsesRecorded): boolean => {
    const identity = identityOf(uses)
    const before = waiting.get(identity)
    if (before !== undefined) waiting.set(identity, sum(before, uses))
    return before !== undefined
  }

  const put = (uses: UsesRecorded): boolean => {
    if (merge(uses)) return true
    const isAccepted = uses.outcome === 'accepted'
    const kind = isAccepted ? 'accepted' : 'refused'
    if (sizes[kind] < (isAccepted ? acceptedMax : refusedMax)) {
      waiting.set(identityOf(uses), uses)
      sizes[kind] += 1
      return true
    }
    if (isAccepted) return false
    const { keyId, outcome, count, firstAt, lastAt } = uses
    const rest = { keyId, action: other, outcome, count, firstAt, lastAt }
    if (!merge(rest)) waiting.set(identityOf(rest), rest)
    return true
  }

  return {
    add: (use) => put(firstOf(use)),
    putBack: (uses) => {
      for (const each of uses) put(each)
    },
    take: () => {
      const taken = Array.from(waiting.values())
      waiting.clear()
      sizes.accepted = 0
      sizes.refused = 0
      return taken
    },
    size: () => waiting.size,
  }
}

const identityOf = ({ keyId, action, outcome, client, address }: UsesRecorded): string =>
  JSON.stringify([keyId, action, outcome, client, address])

const sum = (a: UsesRecorded, b: UsesRecorded): UsesRecorded => ({
  ...a,
  count: a.count + b.count,
  firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
  lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
})

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

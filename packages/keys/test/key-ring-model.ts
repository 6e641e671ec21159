import type { Verdict } from '@detrics/keys'

/*
 * The key ring as the manual describes it, in plain data and without any code of the product: what the real front
 * door is compared with.
 */

export const day = 24 * 60 * 60 * 1_000
export const activeKeysMax = 4

export interface ModelKey {
  readonly keyId: string
  readonly workspaceId: string
  readonly secret: string
  readonly expiresAt: number | undefined
  name: string
  /** Whether there was any revocation, also one for later. */
  revoked: boolean
  /** −∞ for at once, +∞ for never. */
  revokedFrom: number
  reason: string | undefined
  note: string | undefined
  /** The number, within its workspace, of the event that changed it last. */
  revision: number
  lastUsedAt: number | undefined
  /** How often what was put on record about it: `created`, `renamed`, `revoked`, and uses by outcome. */
  readonly facts: Map<string, number>
}

export interface Model {
  now: number
  /** In the order of creation. */
  readonly keys: Array<ModelKey>
  /** What each idempotency key was used for, the key that it made or touched, and how many. */
  readonly requests: Map<string, { readonly body: string; readonly keyId: string; readonly count: number }>
  /** How many events each workspace has. */
  readonly eventCounts: Map<string, number>
}

/** Ways in which a model may be wrong on purpose. */
export interface Rules {
  readonly sameName: (a: string, b: string) => boolean
  readonly retiresAfterMs: number
  /** Whether a key that is at the one revision may be changed by who has seen it at the other. */
  readonly isAsSeen: (revision: number, seen: bigint) => boolean
}

export const rightRules: Rules = {
  sameName: (a, b) => a.toLowerCase() === b.toLowerCase(),
  retiresAfterMs: day,
  isAsSeen: (revision, seen) => BigInt(revision) === seen,
}

export type Request =
  | {
      readonly what: 'create'
      readonly workspaceId: string
      readonly name: string
      readonly expiresAt?: number
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'rename'
      readonly workspaceId: string
      readonly keyId: string
      readonly ifRevision?: bigint
      readonly name: string
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'revokeMany'
      readonly workspaceId: string
      readonly keyIds: ReadonlyArray<string>
      readonly reason?: 'requested' | 'compromised' | 'leaked'
      readonly note?: string
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'revoke'
      readonly workspaceId: string
      readonly keyId: string
      readonly ifRevision?: bigint
      readonly reason?: 'requested' | 'compromised' | 'leaked'
      readonly note?: string
      readonly effective?: number
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'replace'
      readonly workspaceId: string
      readonly keyId: string
      readonly ifRevision?: bigint
      readonly name?: string
      readonly retireAt?: number
      readonly idempotencyKey?: string
    }

/** What becomes of a request: a refusal, nothing, or a change. */
export type Outcome =
  | { readonly refused: string }
  | { readonly done: 'nothing' | 'replayed'; readonly keyId: string; readonly count: number }
  | {
      readonly done: 'changed'
      /** How many keys are touched. */
      readonly count: number
      readonly apply: (made: { keyId: string; secret: string }) => void
    }

export const endOf = (key: ModelKey): number => Math.min(key.revokedFrom, key.expiresAt ?? Infinity)
const hasEnded = (model: Model, key: ModelKey): boolean => endOf(key) <= model.now
const counts = (model: Model, key: ModelKey): boolean =>
  !key.revoked && (key.expiresAt === undefined || key.expiresAt > model.now)

export const note = (key: ModelKey, fact: string): void => {
  key.facts.set(fact, (key.facts.get(fact) ?? 0) + 1)
}

/** Decides a request, without carrying it out: `apply` does that once the real reply has told the new key. */
export const decide = (model: Model, request: Request, rules: Rules): Outcome => {
  const { idempotencyKey, ...content } = request
  const { ifRevision: _, ...rest } = { ifRevision: undefined, ...content }
  const body = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  const mark = `${request.workspaceId} ${request.what} ${idempotencyKey}`
  const before = idempotencyKey === undefined ? undefined : model.requests.get(mark)
  if (before !== undefined)
    return before.body === body ? { done: 'replayed', ...before } : { refused: 'RequestReused' }
  const outcome = decideNew(model, request, rules)
  if (!('apply' in outcome)) return outcome
  const { count } = outcome
  return {
    done: 'changed',
    count,
    apply: (made) => {
      outcome.apply(made)
      if (idempotencyKey !== undefined) model.requests.set(mark, { body, keyId: made.keyId, count })
    },
  }
}

/** Something has happened to a key. */
const happened = (model: Model, key: ModelKey, fact: string): void => {
  key.revision = model.eventCounts.get(key.workspaceId) ?? 0
  model.eventCounts.set(key.workspaceId, key.revision + 1)
  note(key, fact)
}

const find = (model: Model, workspaceId: string, id: string): ModelKey | undefined =>
  model.keys.find((key) => key.keyId === id && key.workspaceId === workspaceId)

const decideNew = (model: Model, request: Request, rules: Rules): Outcome => {
  if (request.what === 'create') return create(model, request, rules)
  if (request.what === 'revokeMany') return revokeMany(model, request)
  const key = find(model, request.workspaceId, request.keyId)
  if (key === undefined) return { refused: 'KeyNotFound' }
  if (request.ifRevision !== undefined && !rules.isAsSeen(key.revision, request.ifRevision))
    return { refused: 'KeyChanged' }
  switch (request.what) {
    case 'rename':
      return rename(model, key, request.name, rules)
    case 'revoke':
      return revoke(model, key, request)
    case 'replace':
      return replace(model, key, request, rules)
  }
}

const newKeyRefusal = (
  model: Model,
  { workspaceId, name }: Pick<ModelKey, 'workspaceId' | 'name'>,
  rules: Rules,
  except?: ModelKey,
): string | undefined => {
  const counted = model.keys.filter(
    (key) => key.workspaceId === workspaceId && key !== except && counts(model, key),
  )
  if (counted.some((key) => rules.sameName(key.name, name))) return 'NameTaken'
  return counted.length >= activeKeysMax ? 'KeyLimitReached' : undefined
}

const add = (
  model: Model,
  key: Pick<ModelKey, 'keyId' | 'secret' | 'workspaceId' | 'name' | 'expiresAt'>,
): void => {
  const never = { revoked: false, revokedFrom: Infinity, reason: undefined, note: undefined }
  const added = { ...key, ...never, revision: 0, lastUsedAt: undefined, facts: new Map() }
  model.keys.push(added)
  happened(model, added, 'created')
}

const create = (model: Model, request: Request & { what: 'create' }, rules: Rules): Outcome => {
  const { workspaceId, name, expiresAt } = request
  if (expiresAt !== undefined && expiresAt <= model.now) return { refused: 'ExpiryNotInFuture' }
  const refused = newKeyRefusal(model, { workspaceId, name }, rules)
  if (refused !== undefined) return { refused }
  return { done: 'changed', count: 1, apply: (made) => add(model, { ...made, workspaceId, name, expiresAt }) }
}

const rename = (model: Model, key: ModelKey, name: string, rules: Rules): Outcome => {
  if (hasEnded(model, key)) return { refused: 'KeyEnded' }
  if (key.name === name) return { done: 'nothing', keyId: key.keyId, count: 0 }
  const isTaken = model.keys.some(
    (other) =>
      other !== key &&
      other.workspaceId === key.workspaceId &&
      counts(model, other) &&
      rules.sameName(other.name, name),
  )
  if (isTaken) return { refused: 'NameTaken' }
  return {
    done: 'changed',
    count: 1,
    apply: () => {
      key.name = name
      happened(model, key, 'renamed')
    },
  }
}

const endAs = (model: Model, at: number): number => (at <= model.now ? -Infinity : at)

const revoke = (model: Model, key: ModelKey, request: Request & { what: 'revoke' }): Outcome => {
  const { reason = 'requested', effective = -Infinity } = request
  const end = reason === 'requested' ? endAs(model, effective) : -Infinity
  if (end >= endOf(key)) return { done: 'nothing', keyId: key.keyId, count: 0 }
  return {
    done: 'changed',
    count: 1,
    apply: () => {
      Object.assign(key, { revoked: true, revokedFrom: end, reason, note: request.note })
      happened(model, key, 'revoked')
    },
  }
}

const revokeMany = (model: Model, request: Request & { what: 'revokeMany' }): Outcome => {
  const { workspaceId, keyIds, reason = 'requested' } = request
  const keys = keyIds.map((id) => find(model, workspaceId, id)).filter((key) => key !== undefined)
  if (keys.length < keyIds.length) return { refused: 'KeyNotFound' }
  const wanted = keys.filter((key) => endOf(key) > -Infinity)
  if (wanted.length === 0) return { done: 'nothing', keyId: '', count: 0 }
  return {
    done: 'changed',
    count: wanted.length,
    apply: () => {
      for (const key of wanted) {
        Object.assign(key, { revoked: true, revokedFrom: -Infinity, reason, note: request.note })
        happened(model, key, 'revoked')
      }
    },
  }
}

const replace = (
  model: Model,
  key: ModelKey,
  request: Request & { what: 'replace' },
  rules: Rules,
): Outcome => {
  if (hasEnded(model, key)) return { refused: 'KeyEnded' }
  const name = request.name ?? key.name
  const refused = newKeyRefusal(model, { ...key, name }, rules, key)
  if (refused !== undefined) return { refused }
  const retireAt = request.retireAt ?? model.now + rules.retiresAfterMs
  const end = endAs(model, Math.min(retireAt, endOf(key)))
  const retires = !key.revoked || retireAt < endOf(key)
  return {
    done: 'changed',
    count: retires ? 2 : 1,
    apply: (made) => {
      add(model, { ...made, workspaceId: key.workspaceId, name, expiresAt: undefined })
      if (!retires) return
      Object.assign(key, { revoked: true, revokedFrom: end, reason: 'replaced', note: undefined })
      happened(model, key, 'revoked')
    },
  }
}

/** The verdict on a key's right secret; it is put on record. */
export const verify = (model: Model, key: ModelKey): Verdict => {
  if (key.revokedFrom <= model.now) return refuse(key, 'revoked')
  if (key.expiresAt !== undefined && key.expiresAt <= model.now) return refuse(key, 'expired')
  note(key, 'accepted')
  key.lastUsedAt = model.now
  const { keyId, workspaceId, name, expiresAt } = key
  return {
    _tag: 'Active',
    ...({ keyId, workspaceId, name, ...(expiresAt === undefined ? {} : { expiresAt }) } as object),
  } as Verdict
}

const refuse = (key: ModelKey, reason: 'revoked' | 'expired'): Verdict => {
  note(key, reason)
  return { _tag: 'Refused', reason }
}

/** What a list says of a key, in one line. */
export const shown = (model: Model, key: ModelKey): string => {
  const status = !hasEnded(model, key) ? 'active' : key.revokedFrom <= model.now ? 'revoked' : 'expired'
  const end = key.revokedFrom === -Infinity ? 'immediately' : key.revokedFrom
  const revocation = key.revoked ? [end, key.reason, key.note] : [undefined, undefined, undefined]
  return [key.keyId, key.name, status, key.expiresAt, ...revocation, key.revision].join(' | ')
}

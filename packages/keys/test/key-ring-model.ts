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
  /** How often what was put on record about it: `created`, `renamed`, `revoked`, and uses by outcome. */
  readonly facts: Map<string, number>
}

export interface Model {
  now: number
  /** In the order of creation. */
  readonly keys: Array<ModelKey>
  /** What each idempotency key was used for, and the key that it made or touched. */
  readonly requests: Map<string, { readonly body: string; readonly keyId: string }>
}

/** Ways in which a model may be wrong on purpose. */
export interface Rules {
  readonly sameName: (a: string, b: string) => boolean
  readonly retiresAfterMs: number
}

export const rightRules: Rules = {
  sameName: (a, b) => a.toLowerCase() === b.toLowerCase(),
  retiresAfterMs: day,
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
      readonly name: string
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'revoke'
      readonly workspaceId: string
      readonly keyId: string
      readonly reason?: 'requested' | 'compromised' | 'leaked'
      readonly note?: string
      readonly effective?: number
      readonly idempotencyKey?: string
    }
  | {
      readonly what: 'replace'
      readonly workspaceId: string
      readonly keyId: string
      readonly name?: string
      readonly retireAt?: number
      readonly idempotencyKey?: string
    }

/** What becomes of a request: a refusal, nothing, or a change. */
export type Outcome =
  | { readonly refused: string }
  | { readonly done: 'nothing' | 'replayed'; readonly keyId: string }
  | { readonly done: 'changed'; readonly apply: (made: { keyId: string; secret: string }) => void }

export const endOf = (key: ModelKey): number => Math.min(key.revokedFrom, key.expiresAt ?? Infinity)
const hasEnded = (model: Model, key: ModelKey): boolean => endOf(key) <= model.now
const counts = (model: Model, key: ModelKey): boolean =>
  !key.revoked && (key.expiresAt === undefined || key.expiresAt > model.now)

export const note = (key: ModelKey, fact: string): void => {
  key.facts.set(fact, (key.facts.get(fact) ?? 0) + 1)
}

/** Decides a request, without carrying it out: `apply` does that once the real reply has told the new key. */
export const decide = (model: Model, request: Request, rules: Rules): Outcome => {
  const { idempotencyKey, ...rest } = request
  const body = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  const mark = `${request.workspaceId} ${request.what} ${idempotencyKey}`
  const before = idempotencyKey === undefined ? undefined : model.requests.get(mark)
  if (before !== undefined)
    return before.body === body ? { done: 'replayed', keyId: before.keyId } : { refused: 'RequestReused' }
  const outcome = decideNew(model, request, rules)
  if (!('apply' in outcome)) return outcome
  return {
    done: 'changed',
    apply: (made) => {
      outcome.apply(made)
      if (idempotencyKey !== undefined) model.requests.set(mark, { body, keyId: made.keyId })
    },
  }
}

const decideNew = (model: Model, request: Request, rules: Rules): Outcome => {
  if (request.what === 'create') return create(model, request, rules)
  const key = model.keys.find(
    ({ keyId, workspaceId }) => keyId === request.keyId && workspaceId === request.workspaceId,
  )
  if (key === undefined) return { refused: 'KeyNotFound' }
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
  model.keys.push({ ...key, ...never, facts: new Map([['created', 1]]) })
}

const create = (model: Model, request: Request & { what: 'create' }, rules: Rules): Outcome => {
  const { workspaceId, name, expiresAt } = request
  if (expiresAt !== undefined && expiresAt <= model.now) return { refused: 'ExpiryNotInFuture' }
  const refused = newKeyRefusal(model, { workspaceId, name }, rules)
  if (refused !== undefined) return { refused }
  return { done: 'changed', apply: (made) => add(model, { ...made, workspaceId, name, expiresAt }) }
}

const rename = (model: Model, key: ModelKey, name: string, rules: Rules): Outcome => {
  if (hasEnded(model, key)) return { refused: 'KeyEnded' }
  if (key.name === name) return { done: 'nothing', keyId: key.keyId }
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
    apply: () => {
      key.name = name
      note(key, 'renamed')
    },
  }
}

const endAs = (model: Model, at: number): number => (at <= model.now ? -Infinity : at)

const revoke = (model: Model, key: ModelKey, request: Request & { what: 'revoke' }): Outcome => {
  const { reason = 'requested', effective = -Infinity } = request
  const end = reason === 'requested' ? endAs(model, effective) : -Infinity
  if (end >= endOf(key)) return { done: 'nothing', keyId: key.keyId }
  return {
    done: 'changed',
    apply: () => {
      Object.assign(key, { revoked: true, revokedFrom: end, reason, note: request.note })
      note(key, 'revoked')
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
    apply: (made) => {
      if (retires) {
        Object.assign(key, { revoked: true, revokedFrom: end, reason: 'replaced', note: undefined })
        note(key, 'revoked')
      }
      add(model, { ...made, workspaceId: key.workspaceId, name, expiresAt: undefined })
    },
  }
}

/** The verdict on a key's right secret; it is put on record. */
export const verify = (model: Model, key: ModelKey): Verdict => {
  if (key.revokedFrom <= model.now) return refuse(key, 'revoked')
  if (key.expiresAt !== undefined && key.expiresAt <= model.now) return refuse(key, 'expired')
  note(key, 'accepted')
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
  return [key.keyId, key.name, status, key.expiresAt, ...revocation].join(' | ')
}

import type { KeyId } from '@detrics/keys-client'

/** The names of keys by their ids, for lists that hold ids only. */
export interface Names {
  /** The name, or the beginning of the id until it is known; asks for it when nobody has yet. */
  readonly nameOf: (keyId: KeyId) => string
  readonly put: (keys: ReadonlyArray<{ readonly keyId: KeyId; readonly name: string }>) => void
  readonly subscribe: (listener: () => void) => () => void
  /** Another number after each change. */
  readonly version: () => number
}

const namesMax = 2_000
const requestsMax = 4

/** Keeps the last 2,000 names. `fetchName` gives undefined for a key that cannot be read. */
export const createNames = (fetchName: (keyId: KeyId) => Promise<string | undefined>): Names => {
  const names = new Map<KeyId, string>()
  const asked = new Set<KeyId>()
  const waiting: KeyId[] = []
  const listeners = new Set<() => void>()
  let version = 0
  let requests = 0

  const keep = (keyId: KeyId, name: string): boolean => {
    const isNew = names.get(keyId) !== name
    names.delete(keyId)
    names.set(keyId, name)
    const oldest = names.size > namesMax ? names.keys().next().value : undefined
    if (oldest !== undefined) {
      names.delete(oldest)
      asked.delete(oldest)
    }
    return isNew
  }
  const changed = (): void => {
    version += 1
    for (const listener of listeners) listener()
  }
  const fetchNext = async (): Promise<void> => {
    const keyId = requests < requestsMax ? waiting.shift() : undefined
    if (keyId === undefined) return
    requests += 1
    const name = await fetchName(keyId)
    requests -= 1
    if (name !== undefined && keep(keyId, name)) changed()
    await fetchNext()
  }

  return {
    nameOf: (keyId) => {
      const name = names.get(keyId)
      if (name === undefined && !asked.has(keyId) && waiting.length < namesMax) {
        asked.add(keyId)
        waiting.push(keyId)
        void fetchNext()
      }
      return name ?? shortId(keyId)
    },
    put: (keys) => {
      // Not `some`, which would stop at the first that is new.
      if (keys.filter(({ keyId, name }) => keep(keyId, name)).length > 0) changed()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
  }
}

/** The end of an id, which differs between ids made in the same moment. */
export const shortId = (keyId: KeyId): string => `key …${keyId.slice(-8)}`

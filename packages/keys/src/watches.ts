import type { Instant, KeyId } from '@detrics/keys-domain'
import type { KeyWatch } from './keys.js'

/** Who wants to know when a key ends. */
export interface Watches {
  readonly watch: (keyId: KeyId) => KeyWatch
  /** Looks at a key again: something happened to it. */
  readonly look: (keyId: KeyId) => void
  /** Looks at every watched key: time has passed, or what is known of the keys has changed as a whole. */
  readonly lookAtAll: () => void
}

/** `hasEnded` answers from what this process holds; an unknown key counts as ended. */
export const watches = (hasEnded: (keyId: KeyId, now: Instant) => boolean, now: () => Instant): Watches => {
  const controllers = new Map<KeyId, Set<AbortController>>()

  const look = (keyId: KeyId): void => {
    const waiting = controllers.get(keyId)
    if (waiting === undefined || !hasEnded(keyId, now())) return
    controllers.delete(keyId)
    for (const controller of waiting) controller.abort()
  }

  const watch = (keyId: KeyId): KeyWatch => {
    const controller = new AbortController()
    const waiting = controllers.get(keyId) ?? new Set()
    controllers.set(keyId, waiting.add(controller))
    const release = (): void => {
      waiting.delete(controller)
      if (waiting.size === 0 && controllers.get(keyId) === waiting) controllers.delete(keyId)
    }
    look(keyId)
    return { signal: controller.signal, release }
  }

  return {
    watch,
    look,
    lookAtAll: () => {
      for (const keyId of Array.from(controllers.keys())) look(keyId)
    },
  }
}

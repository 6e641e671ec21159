import type { Key, KeyId } from '@detrics/keys-client'
import { useMemo, useState } from 'react'

/** As many as can be revoked at once. */
export const selectedMax = 1_000

export interface Selection {
  /** Those of the selected keys that are still there and still active. */
  readonly keys: ReadonlyArray<Key>
  readonly selectable: ReadonlyArray<Key>
  readonly has: (keyId: KeyId) => boolean
  readonly toggle: (keyId: KeyId) => void
  readonly selectAll: () => void
  readonly clear: () => void
}

/** Which keys are marked for what is done to many; a key that has ended falls out by itself. */
export const useSelection = (items: ReadonlyArray<Key> | undefined): Selection => {
  const [ids, setIds] = useState<ReadonlySet<KeyId>>(new Set())
  const selectable = useMemo(() => (items ?? []).filter(({ status }) => status === 'active'), [items])
  const keys = useMemo(() => selectable.filter(({ keyId }) => ids.has(keyId)), [selectable, ids])
  return {
    keys,
    selectable,
    has: (keyId) => ids.has(keyId),
    toggle: (keyId) =>
      setIds((before) => {
        const after = new Set(before)
        if (!after.delete(keyId) && keys.length < selectedMax) after.add(keyId)
        return after
      }),
    selectAll: () => setIds(new Set(selectable.slice(0, selectedMax).map(({ keyId }) => keyId))),
    clear: () => setIds(new Set()),
  }
}

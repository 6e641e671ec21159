import type { WorkspaceId, Key } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useState } from 'react'
import { useApi } from '../app/api.js'
import { tellChanged } from '../data/changes.js'
import { useChange, type Change } from '../data/use-change.js'
import { given } from '../words/given.js'
import { fieldTrouble } from '../words/problem-words.js'
import { noteTrouble, type Reason } from './reason-fields.js'
import { useFocusOnInvalid } from './use-focus-on-invalid.js'

interface Revocation {
  readonly change: Change
  readonly reason: Reason
  readonly note: string
  readonly setReason: (reason: Reason) => void
  readonly setNote: (note: string) => void
  readonly trouble: string | undefined
  /** Revokes the keys, of which there is at least one; gives how many had not ended before, or undefined. */
  readonly revoke: () => Promise<number | undefined>
}

/**
 * Ends keys at once. It states no revision, so that nothing that has happened to a key meanwhile can be in its way, and
 * it repeats a request of which the reply was lost under the same idempotency key.
 */
export const useRevocation = (
  workspaceId: WorkspaceId,
  keys: ReadonlyArray<Key>,
  firstReason: Reason,
): Revocation => {
  const { client } = useApi()
  const change = useChange()
  const [reason, setReason] = useState(firstReason)
  const [note, setNote] = useState('')
  const [tries, setTries] = useState(0)
  useFocusOnInvalid(tries, change.error)
  const keyIds = keys.map(({ keyId }) => keyId)
  const why = { workspaceId, reason, ...given({ note: note.trim() === '' ? undefined : note }) }

  const revokeOne = async (keyId: Key['keyId']): Promise<number | undefined> => {
    const result = await change.run({ ...why, keyId }, (idempotencyKey) =>
      client.revokeKey({ ...why, keyId, idempotencyKey }),
    )
    return E.isRight(result) ? 1 : undefined
  }
  const revokeAll = async (): Promise<number | undefined> => {
    const result = await change.run({ ...why, keyIds }, (idempotencyKey) =>
      client.revokeKeys({ ...why, keyIds, idempotencyKey }),
    )
    return E.isRight(result) ? result.right.revoked : undefined
  }
  return {
    change,
    reason,
    note,
    setReason,
    setNote,
    trouble: noteTrouble(note) ?? fieldTrouble(change.error, 'note'),
    revoke: async () => {
      setTries((before) => before + 1)
      if (noteTrouble(note) !== undefined) return undefined
      const [first, ...more] = keyIds
      const count = first !== undefined && more.length === 0 ? await revokeOne(first) : await revokeAll()
      if (count !== undefined) tellChanged()
      return count
    },
  }
}

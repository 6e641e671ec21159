import {
  endOf,
  idPartOf,
  type Digest,
  type Instant,
  type KeyId,
  type KeyRingEvent,
  type Revision,
  type RingEntry,
  type WorkspaceId,
} from '@detrics/keys-domain'

/** What a verification needs to know of a key; ended keys are kept, so that their use is attributed. */
export interface ActiveKey {
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly name: string
  readonly digest: Digest
  readonly expiresAt?: Instant
  /** The earliest end by revocation: −∞ for an immediate one, +∞ for none. In milliseconds. */
  readonly revokedFrom: number
}

/** The lookup of all keys of all workspaces, built from the log. */
export interface ActiveKeys {
  /**
   * Takes up an event. Applying an event again, or after later events of other streams, changes nothing: ends only
   * move forward, and the name is that of the highest revision.
   */
  readonly apply: (workspaceId: WorkspaceId, entry: RingEntry) => void
  /** The key whose key string has these 22 characters as its id part. */
  readonly find: (idPart: string) => ActiveKey | undefined
  readonly size: () => number
  /** Forgets everything: the log was set back and is read from its beginning again. */
  readonly clear: () => void
}

interface Row {
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly digest: Digest
  readonly expiresAt?: Instant
  name: string
  nameRevision: Revision
  revokedFrom: number
}

/** An empty lookup. */
export const activeKeys = (): ActiveKeys => {
  const rows = new Map<string, Row>()

  const apply = (workspaceId: WorkspaceId, { event, revision }: RingEntry): void => {
    const idPart = idPartOf(event.keyId)
    const row = rows.get(idPart)
    if (row !== undefined) change(row, event, revision)
    else if (event.type === 'KeyCreated') {
      const { keyId, name, digest, expiresAt } = event
      const ends = expiresAt === undefined ? {} : { expiresAt }
      const revokedFrom = Number.POSITIVE_INFINITY
      rows.set(idPart, { workspaceId, keyId, name, nameRevision: revision, digest, ...ends, revokedFrom })
    }
  }

  return { apply, find: (idPart) => rows.get(idPart), size: () => rows.size, clear: () => rows.clear() }
}

const change = (row: Row, event: KeyRingEvent, revision: Revision): void => {
  switch (event.type) {
    case 'KeyCreated':
      return
    case 'KeyRenamed':
      if (revision <= row.nameRevision) return
      row.name = event.name
      row.nameRevision = revision
      return
    case 'KeyRevoked':
      row.revokedFrom = Math.min(row.revokedFrom, endOf(event.effective))
  }
}

/*
 * THE STORAGE FORMAT. What stands here is written into logs that are kept for ever. Never change the meaning of a
 * field or the name of an event; a new form is a new schema number with a codec that reads all older ones.
 * `test/fixtures` holds real JSON of every schema, which must decode for ever.
 */
import * as t from 'io-ts'
import { InstantFromIso, type Instant } from '../values/instant.js'
import { KeyId } from '../values/key-id.js'

/** What is stored of a secret: the scheme tells how `value` was made, e.g. `sha256`, lower-case hexadecimal. */
export const Digest = t.readonly(t.strict({ scheme: t.string, value: t.string }), 'Digest')
export type Digest = t.TypeOf<typeof Digest>

export const RevocationReason = t.keyof(
  { requested: null, compromised: null, leaked: null, replaced: null },
  'RevocationReason',
)
export type RevocationReason = t.TypeOf<typeof RevocationReason>

/** From when on a revoked key is ended: at once and whatever any clock says, or from an instant on. */
export type Effective = 'immediately' | Instant

const EffectiveStored = t.union([t.literal('immediately'), InstantFromIso], 'Effective')

const KeyCreatedData = t.readonly(
  t.intersection([
    t.strict({ keyId: KeyId, name: t.string, digest: Digest }),
    t.exact(t.partial({ expiresAt: InstantFromIso })),
  ]),
  'KeyCreated',
)
const KeyRenamedData = t.readonly(t.strict({ keyId: KeyId, name: t.string }), 'KeyRenamed')
const KeyRevokedData = t.readonly(
  t.intersection([
    t.strict({ keyId: KeyId, effective: EffectiveStored, reason: RevocationReason }),
    t.exact(t.partial({ note: t.string })),
  ]),
  'KeyRevoked',
)

export type KeyCreated = { readonly type: 'KeyCreated' } & t.TypeOf<typeof KeyCreatedData>
export type KeyRenamed = { readonly type: 'KeyRenamed' } & t.TypeOf<typeof KeyRenamedData>
export type KeyRevoked = { readonly type: 'KeyRevoked' } & t.TypeOf<typeof KeyRevokedData>

/** The three things that happen to a key. */
export type KeyRingEvent = KeyCreated | KeyRenamed | KeyRevoked

/** The schema number with which each event is written today, and the codec of its `data`. */
export const keyRingEventForms = {
  KeyCreated: { schema: 1, data: KeyCreatedData },
  KeyRenamed: { schema: 1, data: KeyRenamedData },
  KeyRevoked: { schema: 1, data: KeyRevokedData },
} as const

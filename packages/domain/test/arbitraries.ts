import type {
  Actor,
  KeyName,
  KeyRingCommand,
  KeyRingEvent,
  MemberId,
  Metadata,
  Note,
  Present,
  RequestMark,
} from '@detrics/keys-domain'
import { present, revision } from '@detrics/keys-domain'
import fc from 'fast-check'
import { instant, keyId } from './support.js'

/** Few keys, names and instants, so that commands meet each other; and some of every kind. */
export const keyIds = fc.integer({ min: 1, max: 6 }).map(keyId)
const names = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'A', '\uFF21', 'b', 'B', 'stra\u00DFe', 'STRASSE', '__proto__'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)
export const instants = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map(instant) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 253402300799999 }).map(instant) },
)
const reasons = fc.constantFrom('requested', 'compromised', 'leaked', 'replaced')
const effectives = fc.oneof(fc.constant('immediately' as const), instants)
const digests = fc.record(
  { scheme: fc.string(), value: fc.constantFrom('one', 'two') },
  { noNullPrototype: true },
)
const texts = fc.string({ unit: 'binary', maxLength: 20 })
const maybe = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.option(arbitrary, { nil: undefined })

/** A record of which members may be absent. */
const record = <A extends object>(model: { [K in keyof A]: fc.Arbitrary<A[K]> }): fc.Arbitrary<Present<A>> =>
  fc.record<A>(model, { noNullPrototype: true }).map((value) => present(value as A))

export const requests: fc.Arbitrary<RequestMark> = record({
  id: fc.constantFrom('first', 'second', '__proto__'),
  fingerprint: fc.constantFrom('x', 'y'),
})

const brandedNames = names.map((name) => name as KeyName)
const policies = record({ activeKeysMax: fc.integer({ min: 0, max: 4 }) })
const common = { now: instants, request: maybe(requests) }
/** Rings of the properties have up to 30 events, so some of these are right. */
const revisions = fc.nat({ max: 30 }).map(revision)

export const commands: fc.Arbitrary<KeyRingCommand> = fc.oneof(
  record({
    ...common,
    type: fc.constant('CreateKey' as const),
    keyId: keyIds,
    name: brandedNames,
    digest: digests,
    expiresAt: maybe(instants),
    policy: policies,
  }),
  record({
    ...common,
    type: fc.constant('RenameKey' as const),
    keyId: keyIds,
    name: brandedNames,
    ifRevision: maybe(revisions),
  }),
  record({
    ...common,
    type: fc.constant('RevokeKey' as const),
    keyId: keyIds,
    effective: effectives,
    reason: reasons,
    note: maybe(texts.map((note) => note as Note)),
    ifRevision: maybe(revisions),
  }),
  record({
    ...common,
    type: fc.constant('RevokeKeys' as const),
    keyIds: fc.uniqueArray(keyIds, { minLength: 1, maxLength: 4 }),
    effective: fc.constant('immediately' as const),
    reason: reasons,
    note: maybe(texts.map((note) => note as Note)),
  }),
  record({
    ...common,
    type: fc.constant('ReplaceKey' as const),
    keyId: keyIds,
    newKeyId: keyIds,
    name: maybe(brandedNames),
    digest: digests,
    expiresAt: maybe(instants),
    retireAt: instants,
    policy: policies,
    ifRevision: maybe(revisions),
  }),
)

export const events: fc.Arbitrary<KeyRingEvent> = fc.oneof(
  record({
    type: fc.constant('KeyCreated' as const),
    keyId: keyIds,
    name: names,
    digest: digests,
    expiresAt: maybe(instants),
  }),
  record({ type: fc.constant('KeyRenamed' as const), keyId: keyIds, name: names }),
  record({
    type: fc.constant('KeyRevoked' as const),
    keyId: keyIds,
    effective: effectives,
    reason: reasons,
    note: maybe(texts),
  }),
)

const actors: fc.Arbitrary<Actor> = fc.oneof(
  record({
    type: fc.constant('member' as const),
    memberId: fc.stringMatching(/^[a-z0-9|@.]{1,20}$/).map((id) => id as MemberId),
  }),
  record({ type: fc.constant('key' as const), keyId: keyIds }),
  record({ type: fc.constant('system' as const), reason: texts }),
)

export const metadatas: fc.Arbitrary<Metadata> = record({
  actor: actors,
  occurredAt: instants,
  correlationId: texts,
  origin: record({ address: maybe(texts), userAgent: maybe(texts) }),
  causationId: maybe(texts),
  request: maybe(requests),
})

/** The same record with its members in the opposite order. */
export const reversed = <A extends object>(value: A): A =>
  Object.fromEntries(Object.entries(value).toReversed()) as A

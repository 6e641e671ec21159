import {
  EventId,
  Instant,
  KeyId,
  WorkspaceId,
  emptyRing,
  fold,
  keyRingStream,
  position,
  revision,
  type KeyCreated,
  type KeyName,
  type KeyRenamed,
  type KeyRevoked,
  type KeyRing,
  type KeyRingEvent,
  type Metadata,
  type NewEvent,
  type RecordedEvent,
  type RequestMark,
  type RingEntry,
} from '@detrics/keys-domain'

/** The n-th of the key ids that the tests use. */
export const keyId = (n: number): KeyId => {
  const id = `01951a2b-3c4d-7e5f-8a6b-${n.toString(16).padStart(12, '0')}`
  if (!KeyId.is(id)) throw new Error('no key id')
  return id
}

/** The n-th of the event ids. */
export const eventId = (n: number): EventId => {
  const id = `01951a2c-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
  if (!EventId.is(id)) throw new Error('no event id')
  return id
}

export const instant = (ms: number): Instant => {
  if (!Instant.is(ms)) throw new Error('no instant')
  return ms
}

export const workspace = (id: string): WorkspaceId => {
  if (!WorkspaceId.is(id)) throw new Error('no workspace id')
  return id
}

/** A name as it is, without the checks of `parseName`. */
export const named = (text: string): KeyName => text as KeyName

export const digest = (value: string) => ({ scheme: 'sha256', value })

export const metadata = (request?: RequestMark): Metadata => ({
  actor: { type: 'system', reason: 'test' },
  occurredAt: instant(1_000),
  correlationId: 'correlation',
  origin: {},
  ...(request === undefined ? {} : { request }),
})

export const created = (id: KeyId, name: string, expiresAt?: Instant): KeyCreated => ({
  type: 'KeyCreated',
  keyId: id,
  name,
  digest: digest(`of ${id}`),
  ...(expiresAt === undefined ? {} : { expiresAt }),
})

export const renamed = (id: KeyId, name: string): KeyRenamed => ({ type: 'KeyRenamed', keyId: id, name })

export const revoked = (id: KeyId, effective: KeyRevoked['effective']): KeyRevoked => ({
  type: 'KeyRevoked',
  keyId: id,
  effective,
  reason: 'requested',
})

/** Events as they stand in the log, from revision 0 or `first` on, all of one request where one is given. */
export const entriesOf = (
  events: ReadonlyArray<KeyRingEvent>,
  request?: RequestMark,
  first = 0,
): RingEntry[] =>
  events.map((event, i) => ({ event, metadata: metadata(request), revision: revision(first + i) }))

export const ringOf = (events: ReadonlyArray<KeyRingEvent>, request?: RequestMark): KeyRing =>
  fold(emptyRing, entriesOf(events, request))

/** What a store makes of an event. */
export const recorded = (event: NewEvent, at = 0): RecordedEvent => ({
  ...event,
  stream: keyRingStream(workspace('acme')),
  revision: revision(at),
  position: position(at.toString().padStart(20, '0')),
  recordedAt: 0,
})

/** How properties are sampled. `FC_SEED=<the printed seed>` repeats a run. */
export const sampled = (numRuns: number) => ({ seed, numRuns })

const given = process.env['FC_SEED']
const seed = given === undefined ? Date.now() % 0x7fffffff : Number(given)
let isPrinted = false

/** Prints the seed, once for each file of tests. */
export const printSeed = (): void => {
  if (!isPrinted) process.stdout.write(`properties are sampled with FC_SEED=${seed}\n`)
  isPrinted = true
}

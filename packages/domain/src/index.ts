export { Actor, MemberId } from './values/actor.js'
export { Instant, InstantFromIso, instantToIso } from './values/instant.js'
export { KeyId } from './values/key-id.js'
export { Origin } from './values/origin.js'
export { WorkspaceId } from './values/workspace-id.js'

export { EventId, StreamId, at, noStream, position, revision } from './event-store/event.js'
export type { ExpectedRevision, NewEvent, Position, RecordedEvent, Revision } from './event-store/event.js'
export {
  batchPartlyStored,
  closed,
  eventIdConflict,
  invalidRequest,
  outcomeUnknown,
  tooLarge,
  unavailable,
  wrongExpectedRevision,
} from './event-store/errors.js'
export type {
  AppendError,
  BatchPartlyStored,
  Closed,
  EventIdConflict,
  InvalidRequest,
  OutcomeUnknown,
  ReadError,
  StoreError,
  TooLarge,
  Unavailable,
  WrongExpectedRevision,
} from './event-store/errors.js'
export { batchLimitMax, eventBytesMax, pageLimitMax } from './event-store/event-store.js'
export type {
  Appended,
  EventStore,
  LogPage,
  StreamPage,
  StreamQuery,
  Subscription,
  SubscriptionMessage,
} from './event-store/event-store.js'

export type { Refusal } from './key-ring/refusals.js'
export { RevocationReason } from './key-ring/events.js'
export type {
  Digest,
  Effective,
  KeyCreated,
  KeyRenamed,
  KeyRevoked,
  KeyRingEvent,
} from './key-ring/events.js'

export { trailPageLimitMax } from './activity/trail.js'
export type {
  AuditTrailStore,
  Checkpoint,
  LifecycleEntry,
  NumberedTrailEntry,
  TrailEntry,
  TrailError,
  TrailPage,
  TrailQuery,
  UseEntry,
} from './activity/trail.js'
export type { Use, UseContext, UseOutcome } from './activity/use.js'

export { Secret, redactedText, reveal } from './secret/secret.js'
export {
  composeKey,
  defaultKeyPrefixes,
  idPartOf,
  keyIdOfPart,
  keyPrefixPattern,
  maskOf,
  parseKey,
  randomBytesPerSecret,
} from './secret/key-string.js'
export type { KeyPrefixes, PresentedKey } from './secret/key-string.js'
export { containsKey, keyScanPattern, redactKeys } from './secret/redaction.js'

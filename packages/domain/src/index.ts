export { Actor, MemberId, type MemberIdBrand } from './values/actor.js'
export { Instant, InstantFromIso, instantToIso, type InstantBrand } from './values/instant.js'
export { KeyId, type KeyIdBrand } from './values/key-id.js'
export { present, type Present } from './values/present.js'
export { Origin } from './values/origin.js'
export { WorkspaceId, type WorkspaceIdBrand } from './values/workspace-id.js'

export { EventId, StreamId, at, noStream, position, revision } from './event-store/event.js'
export type { ExpectedRevision, NewEvent, Position, RecordedEvent, Revision } from './event-store/event.js'
export {
  batchPartlyStored,
  closed,
  eventIdConflict,
  invalidRequest,
  outcomeUnknown,
  rewound,
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
  Rewound,
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

export { trailPageLimitMax } from './activity/trail.js'
export type {
  ActivityKind,
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
export {
  Metadata,
  RevocationReason,
  decide,
  decodeKeyRingEvent,
  emptyRing,
  encodeKeyRingEvent,
  endOf,
  endOfKey,
  fold,
  hasEnded,
  keyRingStream,
  nameIdentity,
  parseName,
  parseNote,
  workspaceOfKeyRing,
} from './key-ring/index.js'
export type {
  CreateKey,
  Decision,
  Digest,
  Effective,
  KeyCreated,
  KeyName,
  KeyPolicy,
  KeyRenamed,
  KeyRevoked,
  KeyRing,
  KeyRingCommand,
  KeyRingEvent,
  Note,
  Refusal,
  RenameKey,
  ReplaceKey,
  RequestMark,
  Revocation,
  RevokeKey,
  RevokeKeys,
  RingEntry,
  RingKey,
  TextProblem,
  Unreadable,
} from './key-ring/index.js'
export { activityStream, decodeUses, encodeUses, workspaceOfActivity } from './activity/events.js'
export type { UsesRecorded } from './activity/events.js'
export { decodeLogOpened, encodeLogOpened, logStream } from './event-store/log-opened.js'
export type { LogOpened } from './event-store/log-opened.js'
export type { Clock } from './ports/clock.js'
export type { Digester } from './ports/digester.js'
export type { Ids } from './ports/ids.js'
export type { Randomness } from './ports/randomness.js'
export type { NotRecorded, UseRecorder } from './ports/use-recorder.js'
export { appendSurely } from './use-cases/append-surely.js'
export type { Changed, CommandContext } from './use-cases/change-ring.js'
export { createKey, type CreateKeyInput, type KeyMade } from './use-cases/create-key.js'
export type { Environment } from './use-cases/environment.js'
export type { CommandError } from './use-cases/errors.js'
export { loadRing } from './use-cases/load-ring.js'
export { renameKey, type RenameKeyInput } from './use-cases/rename-key.js'
export { replaceKey, type ReplaceKeyInput } from './use-cases/replace-key.js'
export { revokeKey, type RevokeKeyInput } from './use-cases/revoke-key.js'
export { revokeKeys, type RevokeKeysInput } from './use-cases/revoke-keys.js'
export { ringCache, type LoadedRing, type RingCache } from './use-cases/ring-cache.js'

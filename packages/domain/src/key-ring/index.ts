export { decodeKeyRingEvent, encodeKeyRingEvent, keyRingStream, workspaceOfKeyRing } from './codec.js'
export type { Unreadable } from './codec.js'
export type {
  CreateKey,
  KeyPolicy,
  KeyRingCommand,
  RenameKey,
  ReplaceKey,
  RevokeKey,
  RevokeKeys,
} from './commands.js'
export { decide, hasEnded, type Decision } from './decisions.js'
export { RevocationReason, keyRingEventForms } from './events.js'
export type { Digest, Effective, KeyCreated, KeyRenamed, KeyRevoked, KeyRingEvent } from './events.js'
export { Metadata, type RequestMark } from './metadata.js'
export type { Refusal } from './refusals.js'
export { emptyRing, endOf, endOfKey, fold } from './state.js'
export type { KeyRing, Revocation, RingEntry, RingKey } from './state.js'
export { nameIdentity, parseName, parseNote } from './texts.js'
export type { KeyName, Note, TextProblem } from './texts.js'

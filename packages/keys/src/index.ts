export { openKeys, type OpenSettings } from './open-keys.js'
export type { CannotOpen } from './open-error.js'
export type { OnTrouble, Trouble } from './trouble.js'
export { storeName, type Stores } from './stores/stores.js'
export { readSettings, settingsTable, type SettingProblem, type Settings } from './settings.js'
export type {
  ActivityPage,
  ActivityRequest,
  ChangedKey,
  Command,
  CreateRequest,
  CreatedKey,
  KeyCommand,
  KeyPage,
  KeyStatus,
  KeyView,
  KeyWatch,
  Keys,
  ListRequest,
  RenameRequest,
  ReplaceRequest,
  ReplacedKey,
  RevocationView,
  RevokeManyRequest,
  RevokeRequest,
  RevokedKeys,
  Verdict,
} from './keys.js'
export type {
  InvalidInput,
  KeysError,
  OutcomeNotKnown,
  StoreUnavailable,
  TooMuchContention,
} from './errors.js'
export {
  Actor,
  Instant,
  InstantFromIso,
  KeyId,
  MemberId,
  Secret,
  WorkspaceId,
  containsKey,
  keyScanPattern,
  redactKeys,
  instantToIso,
  reveal,
} from '@detrics/keys-domain'
export type {
  ActivityKind,
  NumberedTrailEntry,
  Origin,
  Revision,
  RevocationReason,
  UseContext,
  UseOutcome,
} from '@detrics/keys-domain'
export type { Clock, KeyPrefixes } from '@detrics/keys-domain'

export { createKeysClient } from './client.js'
export type { CallOptions, ClientSettings, Input, KeysClient, Output } from './client.js'
export type { ClientError, ProblemReply, UnexpectedReply, Unreachable } from './errors.js'
export type {
  ActivityEntry,
  ActivityKind,
  CreatedKey,
  FieldProblem,
  Key,
  KeyStatus,
  Me,
  OperationId,
  Problem,
  ProblemCode,
  ReplacedKey,
  Role,
  UseOutcome,
  Verdict,
  Workspace,
} from './contract/index.js'
export {
  Instant,
  KeyId,
  MemberId,
  Secret,
  WorkspaceId,
  containsKey,
  instantToIso,
  keyScanPattern,
  reveal,
} from '@detrics/keys-domain'

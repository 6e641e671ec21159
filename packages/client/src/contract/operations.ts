import { describedAs } from './codecs/annotation.js'
import { closedObject } from './codecs/object-type.js'
import {
  activityCursor,
  inWorkspace,
  keyCursor,
  keyId,
  keyIds,
  limit,
  name,
  note,
  nothing,
  onKey,
  presentedKey,
  reason,
  search,
} from './inputs.js'
import type { Operation } from './operation.js'
import {
  ActivityKind,
  ActivityPage,
  CreatedKey,
  KeyPage,
  KeyStatus,
  Me,
  ReplacedKey,
  RevokedKeys,
  ShownKey,
  Status,
  UseOutcome,
  Verdict,
} from './shapes.js'
import { InstantText } from './values.js'

/** Keeps the exact types of an operation. */
const operation = <const O extends Operation>(of: O): O => of

const noBody = undefined
const expiresAt = describedAs(InstantText, 'When the key ends by itself; by default never.')
const effective = describedAs(InstantText, 'When the key ends; by default at once.')
const workspaceKeys = '/v1/workspaces/{workspaceId}/keys'
const oneKey = `${workspaceKeys}/{keyId}`

/** Everything that the API does. */
export const operations = {
  getMe: operation({
    method: 'GET',
    path: '/v1/me',
    summary: 'Who asks',
    description: 'The member who asks, with the workspaces of this member and the role in each.',
    tag: 'Members',
    access: 'member',
    params: nothing,
    query: nothing,
    body: noBody,
    reply: { status: 200, body: Me },
    problems: [],
  }),
  listKeys: operation({
    method: 'GET',
    path: workspaceKeys,
    summary: 'List the keys of a workspace',
    description:
      'Newest first, ended ones included, as they are after everything that was committed before the request.',
    tag: 'Keys',
    access: 'viewer',
    params: inWorkspace,
    query: closedObject(
      {},
      {
        limit,
        cursor: keyCursor,
        search,
        status: KeyStatus,
      },
    ),
    body: noBody,
    reply: { status: 200, body: KeyPage },
    problems: ['invalid_request', 'store_unavailable'],
  }),
  createKey: operation({
    method: 'POST',
    path: workspaceKeys,
    summary: 'Make a key',
    description:
      'The secret of the key is in this one reply and nowhere else: put it where it is used, or it is lost.',
    tag: 'Keys',
    access: 'manager',
    params: inWorkspace,
    query: nothing,
    body: { shape: closedObject({ name }, { expiresAt }), isRequired: true },
    reply: { status: 201, body: CreatedKey, hasEntityTag: true },
    takesIdempotencyKey: true,
    problems: ['expiry_not_in_future', 'name_taken', 'key_limit_reached'],
  }),
  getKey: operation({
    method: 'GET',
    path: oneKey,
    summary: 'Show a key',
    description: 'Everything about a key but its secret.',
    tag: 'Keys',
    access: 'viewer',
    params: onKey,
    query: nothing,
    body: noBody,
    reply: { status: 200, body: ShownKey, hasEntityTag: true },
    problems: ['key_not_found', 'store_unavailable'],
  }),
  renameKey: operation({
    method: 'PATCH',
    path: oneKey,
    summary: 'Rename a key',
    description:
      'Changes the name and nothing else: the secret stays good, and who uses the key notices nothing.',
    tag: 'Keys',
    access: 'manager',
    params: onKey,
    query: nothing,
    body: { shape: closedObject({ name }, {}), isRequired: true },
    reply: { status: 200, body: ShownKey, hasEntityTag: true },
    takesIfMatch: true,
    problems: ['key_not_found', 'key_ended', 'name_taken'],
  }),
  revokeKey: operation({
    method: 'POST',
    path: `${oneKey}/revoke`,
    summary: 'Revoke a key',
    description:
      'When this is answered, no process anywhere accepts the key again, unless `effective` names a later instant. A key that is revoked already stays as it is.',
    tag: 'Keys',
    access: 'manager',
    params: onKey,
    query: nothing,
    body: { shape: closedObject({}, { reason, note, effective }), isRequired: false },
    reply: { status: 200, body: ShownKey, hasEntityTag: true },
    takesIdempotencyKey: true,
    takesIfMatch: true,
    problems: ['key_not_found'],
  }),
  replaceKey: operation({
    method: 'POST',
    path: `${oneKey}/replace`,
    summary: 'Replace a key',
    description:
      'Makes a successor and lets the key end later, in one step; both are accepted in between. The secret of the successor is in this one reply and nowhere else. For a key that may be known to others, make a new one and revoke this one instead.',
    tag: 'Keys',
    access: 'manager',
    params: onKey,
    query: nothing,
    body: {
      shape: closedObject(
        {},
        {
          name: describedAs(name, 'Of the successor; by default that of the replaced key.'),
          expiresAt: describedAs(InstantText, 'When the successor ends by itself; by default never.'),
          retireAt: describedAs(InstantText, 'When the replaced key ends; by default in 24 hours.'),
        },
      ),
      isRequired: false,
    },
    reply: { status: 201, body: ReplacedKey, hasEntityTag: true },
    takesIdempotencyKey: true,
    takesIfMatch: true,
    problems: ['key_not_found', 'key_ended', 'expiry_not_in_future', 'name_taken', 'key_limit_reached'],
  }),
  revokeKeys: operation({
    method: 'POST',
    path: `${workspaceKeys}/revoke`,
    summary: 'Revoke many keys',
    description: 'Up to 1,000 keys of one workspace at once: all of them, or none when one is unknown.',
    tag: 'Keys',
    access: 'manager',
    params: inWorkspace,
    query: nothing,
    body: { shape: closedObject({ keyIds }, { reason, note }), isRequired: true },
    reply: { status: 200, body: RevokedKeys },
    takesIdempotencyKey: true,
    problems: ['key_not_found'],
  }),
  reviewActivity: operation({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/activity',
    summary: 'Review the activity of a workspace',
    description:
      'Every change and every use of its keys, attempts with ended keys included, newest first, with everything that was committed before the request. Equal uses that were recorded together are one entry with a count.',
    tag: 'Activity',
    access: 'viewer',
    params: inWorkspace,
    query: closedObject(
      {},
      {
        keyId,
        kind: ActivityKind,
        outcome: UseOutcome,
        since: describedAs(InstantText, 'Only what happened at this instant or later.'),
        until: describedAs(InstantText, 'Only what happened before this instant.'),
        limit,
        cursor: activityCursor,
      },
    ),
    body: noBody,
    reply: { status: 200, body: ActivityPage },
    problems: ['invalid_request', 'key_not_found', 'store_unavailable'],
  }),
  verifyKey: operation({
    method: 'POST',
    path: '/v1/verify',
    summary: 'Verify a key',
    description:
      'Decides whether a key is accepted, and puts the use on record before it answers. Every verdict is a reply of status 200: let nothing through unless it says `active: true`.',
    tag: 'Verification',
    access: 'service',
    params: nothing,
    query: nothing,
    body: { shape: presentedKey, isRequired: true },
    reply: { status: 200, body: Verdict },
    problems: ['verification_unavailable'],
  }),
  getHealth: operation({
    method: 'GET',
    path: '/health',
    summary: 'Whether the process lives',
    description: 'Asks nothing of the store.',
    tag: 'Operations',
    access: 'anyone',
    params: nothing,
    query: nothing,
    body: noBody,
    reply: { status: 200, body: Status },
    problems: [],
  }),
  getReadiness: operation({
    method: 'GET',
    path: '/ready',
    summary: 'Whether the process serves',
    description: 'Reads the log. A process that is stopping is not ready.',
    tag: 'Operations',
    access: 'anyone',
    params: nothing,
    query: nothing,
    body: noBody,
    reply: { status: 200, body: Status },
    problems: ['not_ready'],
  }),
} as const

export type Operations = typeof operations
export type OperationId = keyof Operations

/** The ids, for loops. */
export const operationIds = Object.keys(operations) as ReadonlyArray<OperationId>

import * as t from 'io-ts'
import { annotate, describedAs } from './codecs/annotation.js'
import { openObject } from './codecs/object-type.js'
import {
  Actor,
  Count,
  EffectiveText,
  InstantText,
  KeyId,
  MemberId,
  RevisionText,
  RevocationReason,
  SecretText,
  WorkspaceId,
  text,
} from './values.js'

/** What a member may do in a workspace: see, or also change. */
export const Role = annotate(t.keyof({ viewer: null, manager: null }, 'Role'), {
  schema: {
    description: 'A viewer sees everything; a manager also makes, renames, replaces and revokes keys.',
  },
})
export type Role = t.TypeOf<typeof Role>

export const KeyStatus = annotate(t.keyof({ active: null, revoked: null, expired: null }, 'KeyStatus'), {
  schema: { description: 'Only an active key is accepted. Revoked and expired keys stay what they are.' },
  refusal: 'Give one of: active, revoked, expired.',
})
export type KeyStatus = t.TypeOf<typeof KeyStatus>

const Revocation = annotate(
  openObject(
    { effective: EffectiveText, reason: RevocationReason, revokedAt: InstantText, revokedBy: Actor },
    { note: text({}) },
  ),
  { schema: { description: 'How the key was revoked; absent while nobody did.' }, component: 'Revocation' },
)

/** A key as it may be shown to whoever may see its workspace; never its secret. */
export const Key = annotate(
  openObject(
    {
      keyId: KeyId,
      workspaceId: WorkspaceId,
      name: text({ maxLength: 64 }),
      mask: text({
        description: 'Tells which secret belongs to this key without containing any of it.',
        examples: ['detrics_02x2nLrQqDwZqKzGWWgWBO_…'],
      }),
      status: KeyStatus,
      createdAt: InstantText,
      createdBy: Actor,
      revision: describedAs(
        RevisionText,
        'Where the key changed last. In quotes it is the entity tag for `If-Match`.',
      ),
    },
    {
      expiresAt: InstantText,
      endsAt: describedAs(InstantText, 'When it ends or ended, by expiry or revocation, whichever is first.'),
      lastUsedAt: describedAs(
        InstantText,
        'When it was accepted last; absent when it never was. Looked up by `getKey` and `listKeys` only.',
      ),
      lastUseUnknown: annotate(t.literal(true), {
        schema: {
          description:
            'The last use cannot be looked up at the moment: `lastUsedAt` is absent, whatever is true.',
        },
      }),
      revocation: Revocation,
    },
  ),
  { schema: {}, component: 'Key' },
)
export type Key = t.TypeOf<typeof Key>

const Workspace = annotate(openObject({ workspaceId: WorkspaceId, name: text({}), role: Role }, {}), {
  schema: {},
  component: 'Workspace',
})
export type Workspace = t.TypeOf<typeof Workspace>

/** The member who asks, and what this member may do where. */
export const Me = annotate(
  openObject(
    {
      memberId: MemberId,
      name: text({}),
      workspaces: t.readonlyArray(Workspace),
      signedInBy: annotate(t.keyof({ development: null, session: null, token: null }), {
        schema: {
          description:
            '`development`: without a credential, on the machine of a developer, where everybody is the same.',
        },
      }),
      mcpUrl: text({ format: 'uri', description: 'The address of the MCP server, for agents.' }),
    },
    {},
  ),
  { schema: {}, component: 'Me' },
)
export type Me = t.TypeOf<typeof Me>

const Origin = annotate(openObject({}, { address: text({}), userAgent: text({}) }), {
  schema: { description: 'Where a request came from. Evidence, not proof.' },
  component: 'Origin',
})

export const UseOutcome = annotate(
  t.keyof({ accepted: null, revoked: null, expired: null, 'wrong-secret': null }, 'UseOutcome'),
  {
    schema: { description: 'How a verification ended, for a key that is known.' },
    refusal: 'Give one of: accepted, revoked, expired, wrong-secret.',
  },
)
export type UseOutcome = t.TypeOf<typeof UseOutcome>

export const ActivityKind = annotate(
  t.keyof({ created: null, renamed: null, revoked: null, used: null }, 'ActivityKind'),
  {
    schema: { description: 'A `used` is a use of a key; the others are changes of it.' },
    refusal: 'Give one of: created, renamed, revoked, used.',
  },
)
export type ActivityKind = t.TypeOf<typeof ActivityKind>

const sequence = describedAs(Count, 'Its number within the workspace, from 1, in the order of the log.')

const UseEntry = annotate(
  openObject(
    {
      sequence,
      kind: t.literal('used'),
      keyId: KeyId,
      occurredAt: describedAs(InstantText, 'When the first of these uses happened.'),
      lastAt: describedAs(InstantText, 'When the last of them happened.'),
      action: text({ description: 'The tool or the route for which the key was presented.' }),
      outcome: UseOutcome,
      count: describedAs(Count, 'How many uses these were.'),
    },
    {
      client: text({ description: 'The program that presented the key, as far as it was said.' }),
      address: text({ description: 'The address from which it was presented, as far as it was said.' }),
    },
  ),
  { schema: { description: 'Equal uses of a key that were recorded together.' }, component: 'UseEntry' },
)

const ChangeEntry = annotate(
  openObject(
    {
      sequence,
      kind: t.keyof({ created: null, renamed: null, revoked: null }),
      keyId: KeyId,
      occurredAt: InstantText,
      actor: Actor,
      origin: Origin,
    },
    {
      name: describedAs(text({}), 'The name that the key has from here on.'),
      expiresAt: InstantText,
      effective: EffectiveText,
      reason: RevocationReason,
      note: text({}),
    },
  ),
  { schema: { description: 'A change of a key.' }, component: 'ChangeEntry' },
)

/** A line of the audit trail. */
export const ActivityEntry = annotate(t.union([UseEntry, ChangeEntry], 'ActivityEntry'), {
  schema: { description: 'A line of the audit trail; `kind` tells which of the two forms it has.' },
  component: 'ActivityEntry',
})
export type ActivityEntry = t.TypeOf<typeof ActivityEntry>

const secretNotice = text({ description: 'Why there is no secret, when there is none.' })
const secret = describedAs(
  t.union([SecretText, t.null]),
  'The whole key, in this one reply and nowhere else. Null when the request was a repetition.',
)

export const CreatedKey = annotate(openObject({ key: Key, secret }, { secretNotice }), {
  schema: {},
  component: 'CreatedKey',
})
export type CreatedKey = t.TypeOf<typeof CreatedKey>
export const ReplacedKey = annotate(
  openObject(
    {
      key: describedAs(Key, 'The successor.'),
      secret,
      replaced: describedAs(Key, 'The replaced key, which ends at its `endsAt`.'),
    },
    { secretNotice },
  ),
  { schema: {}, component: 'ReplacedKey' },
)
export type ReplacedKey = t.TypeOf<typeof ReplacedKey>
export const ShownKey = annotate(openObject({ key: Key }, {}), { schema: {}, component: 'ShownKey' })

const next = describedAs(
  t.union([text({}), t.null]),
  'The `cursor` of the next page; null when this is the last.',
)

export const KeyPage = annotate(openObject({ keys: t.readonlyArray(Key), next }, {}), {
  schema: {},
  component: 'KeyPage',
})
export const ActivityPage = annotate(openObject({ entries: t.readonlyArray(ActivityEntry), next }, {}), {
  schema: {},
  component: 'ActivityPage',
})
export const RevokedKeys = annotate(
  openObject(
    {
      keys: describedAs(t.readonlyArray(Key), 'All that were named, each once, in that order.'),
      revoked: describedAs(
        Count,
        'How many of them this request has revoked; not counted are those that had been revoked before.',
      ),
    },
    {},
  ),
  { schema: {}, component: 'RevokedKeys' },
)

export const Verdict = t.union([
  annotate(
    openObject(
      { active: t.literal(true), workspaceId: WorkspaceId, keyId: KeyId, name: text({}) },
      { expiresAt: InstantText },
    ),
    { schema: {}, component: 'ActiveVerdict' },
  ),
  annotate(
    openObject(
      { active: t.literal(false), reason: t.keyof({ unauthorized: null, revoked: null, expired: null }) },
      {},
    ),
    {
      schema: {
        description:
          '`unauthorized` is a text that is no key, a key that is not known or a wrong secret, which is not told apart. `revoked` and `expired` are said only to whoever presented the right secret.',
      },
      component: 'RefusedVerdict',
    },
  ),
])
export type Verdict = t.TypeOf<typeof Verdict>

export const Status = annotate(openObject({ status: text({ examples: ['ok'] }) }, {}), {
  schema: {},
  component: 'Status',
})

import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  commandOf,
  inWorkspace,
  ok,
  reading,
  withoutQuery,
  type Call,
  type Handler,
  type Outcome,
  type Reply,
} from './call.js'
import { CursorText, InstantText, NumberText, ReasonText, Text, closed } from './codecs.js'
import { shownEntry, shownKey, shownMember, shownSecret, shownVerdict } from './presenters.js'
import { problem, problemOf, type Problem } from './problems.js'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly handle: Handler
}

const me: Handler = ({ member }) => TE.right(ok(shownMember(member)))

const listQuery = closed({}, { limit: NumberText, cursor: Text })

const listKeys = inWorkspace(({ keys, query }, workspaceId) =>
  reading(query, listQuery, ({ cursor, ...rest }) =>
    pipe(
      keys.list({ workspaceId, ...rest, ...(cursor === undefined ? {} : { after: cursor }) }),
      TE.map(({ keys: page, next }) => ok({ keys: page.map(shownKey), next: O.toNullable(next) })),
    ),
  ),
)

const createBody = closed({ name: Text }, { expiresAt: InstantText })

const createKey = inWorkspace((call, workspaceId) =>
  reading(call.body, createBody, (body) =>
    pipe(
      call.keys.create({ ...commandOf(call, workspaceId), ...body }),
      TE.map((made): Reply => ({
        status: 201,
        body: { key: shownKey(made.key), ...shownSecret(made) },
        replayed: made.replayed,
      })),
    ),
  ),
)

const getKey = inWorkspace(({ keys, params }, workspaceId) =>
  pipe(
    keys.get({ workspaceId, keyId: params['keyId'] ?? '' }),
    TE.bimap(problemOf, (key) => ok({ key: shownKey(key) })),
  ),
)

const renameBody = closed({ name: Text }, {})

const renameKey = inWorkspace((call, workspaceId) =>
  reading(call.body, renameBody, ({ name }) =>
    pipe(
      call.keys.rename({ ...commandOf(call, workspaceId), keyId: call.params['keyId'] ?? '', name }),
      TE.map(({ key }) => ok({ key: shownKey(key) })),
    ),
  ),
)

/** Where every member may be left out, so may the body. */
const bodyOrNone = ({ body }: Call): unknown => (body === undefined ? {} : body)

const revokeBody = closed({}, { reason: ReasonText, note: Text, effective: InstantText })

const revokeKey = inWorkspace((call, workspaceId) =>
  reading(bodyOrNone(call), revokeBody, (body) =>
    pipe(
      call.keys.revoke({ ...commandOf(call, workspaceId), keyId: call.params['keyId'] ?? '', ...body }),
      TE.map(({ key }) => ok({ key: shownKey(key) })),
    ),
  ),
)

const replaceBody = closed({}, { name: Text, expiresAt: InstantText, retireAt: InstantText })

const replaceKey = inWorkspace((call, workspaceId) =>
  reading(bodyOrNone(call), replaceBody, (body) =>
    pipe(
      call.keys.replace({ ...commandOf(call, workspaceId), keyId: call.params['keyId'] ?? '', ...body }),
      TE.map((made): Reply => ({
        status: 201,
        body: { key: shownKey(made.key), ...shownSecret(made), replaced: shownKey(made.replaced) },
        replayed: made.replayed,
      })),
    ),
  ),
)

const activityQuery = closed({}, { keyId: Text, since: InstantText, limit: NumberText, cursor: CursorText })

const reviewActivity = inWorkspace(({ keys, query }, workspaceId) =>
  reading(query, activityQuery, ({ cursor, ...rest }) =>
    pipe(
      keys.activity({ workspaceId, ...rest, ...(cursor === undefined ? {} : { before: cursor }) }),
      TE.map(({ entries, next }) =>
        ok({ entries: entries.map(shownEntry), next: O.isSome(next) ? next.value.toString() : null }),
      ),
    ),
  ),
)

const verifyBody = closed({ key: Text, action: Text }, {})

const verifyKey: Handler = ({ keys, body, origin: { address, userAgent } }) => {
  const read = verifyBody.read(body)
  if (read._tag === 'Left') return TE.left(problem('invalid_request', read.left))
  const { key, action } = read.right
  const use = {
    action,
    ...(userAgent === undefined ? {} : { client: userAgent }),
    ...(address === undefined ? {} : { address }),
  }
  return pipe(
    TE.fromTask<Awaited<ReturnType<ReturnType<typeof keys.verify>>>, Problem>(keys.verify(key, use)),
    TE.chain((verdict): Outcome =>
      verdict._tag === 'Unavailable'
        ? TE.left(problem('verification_unavailable'))
        : TE.right(ok(shownVerdict(verdict))),
    ),
  )
}

/** Every route of the API that needs to know who asks. */
export const routes: ReadonlyArray<Route> = [
  { method: 'GET', path: '/v1/me', handle: withoutQuery(me) },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/keys', handle: listKeys },
  { method: 'POST', path: '/v1/workspaces/:workspaceId/keys', handle: withoutQuery(createKey) },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/keys/:keyId', handle: withoutQuery(getKey) },
  { method: 'PATCH', path: '/v1/workspaces/:workspaceId/keys/:keyId', handle: withoutQuery(renameKey) },
  { method: 'POST', path: '/v1/workspaces/:workspaceId/keys/:keyId/revoke', handle: withoutQuery(revokeKey) },
  {
    method: 'POST',
    path: '/v1/workspaces/:workspaceId/keys/:keyId/replace',
    handle: withoutQuery(replaceKey),
  },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/activity', handle: reviewActivity },
  { method: 'POST', path: '/v1/verify', handle: withoutQuery(verifyKey) },
]

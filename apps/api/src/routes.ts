import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { commandOf, inWorkspace, ok, reading, type Handler, type Outcome, type Reply } from './call.js'
import { InstantText, NumberText, ReasonText, Text, closed } from './codecs.js'
import { shownEntry, shownKey, shownSecret, shownVerdict } from './presenters.js'
import { problem, type Problem } from './problems.js'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly handle: Handler
}

const me: Handler = ({ member }) => TE.right(ok(member))

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

const getKey = inWorkspace(({ keys, params, query }, workspaceId) =>
  reading(query, closed({}, {}), () =>
    pipe(
      keys.get({ workspaceId, keyId: params['keyId'] ?? '' }),
      TE.map((key) => ok({ key: shownKey(key) })),
    ),
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

const revokeBody = closed({}, { reason: ReasonText, note: Text, effective: InstantText })

const revokeKey = inWorkspace((call, workspaceId) =>
  reading(call.body ?? {}, revokeBody, (body) =>
    pipe(
      call.keys.revoke({ ...commandOf(call, workspaceId), keyId: call.params['keyId'] ?? '', ...body }),
      TE.map(({ key }) => ok({ key: shownKey(key) })),
    ),
  ),
)

const replaceBody = closed({}, { name: Text, expiresAt: InstantText, retireAt: InstantText })

const replaceKey = inWorkspace((call, workspaceId) =>
  reading(call.body ?? {}, replaceBody, (body) =>
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

const activityQuery = closed({}, { keyId: Text, since: InstantText, limit: NumberText, cursor: NumberText })

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
        ? TE.left(problem('store_unavailable'))
        : TE.right(ok(shownVerdict(verdict))),
    ),
  )
}

/** Every route of the API that needs to know who asks. */
export const routes: ReadonlyArray<Route> = [
  { method: 'GET', path: '/v1/me', handle: me },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/keys', handle: listKeys },
  { method: 'POST', path: '/v1/workspaces/:workspaceId/keys', handle: createKey },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/keys/:keyId', handle: getKey },
  { method: 'PATCH', path: '/v1/workspaces/:workspaceId/keys/:keyId', handle: renameKey },
  { method: 'POST', path: '/v1/workspaces/:workspaceId/keys/:keyId/revoke', handle: revokeKey },
  { method: 'POST', path: '/v1/workspaces/:workspaceId/keys/:keyId/replace', handle: replaceKey },
  { method: 'GET', path: '/v1/workspaces/:workspaceId/activity', handle: reviewActivity },
  { method: 'POST', path: '/v1/verify', handle: verifyKey },
]

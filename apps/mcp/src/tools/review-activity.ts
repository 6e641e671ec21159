import type { ActivityRequest, KeysError } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { isNone, toUndefined } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { entrySchema, shownEntry } from './activity-entry.js'
import { instantOf } from './instants.js'
import { integer, object, text } from './schemas.js'
import { readsOnly, tool, type Holder, type Tool, type ToolError } from './tool.js'

const limitDefault = 20
const limitMax = 100

interface Input {
  readonly keyId?: string
  readonly since?: string
  readonly limit?: number
  readonly before?: number
}

export const reviewActivity: Tool = tool<Input>({
  name: 'review_activity',
  title: "Review the workspace's API key activity",
  description:
    'Shows what was done with the API keys of the workspace of the key in use, newest first: keys made, renamed and ' +
    'revoked, and every use with its tool, client, address and outcome, attempts after a revocation included. Use it ' +
    'after a suspected leak, or to see whether a key is in use. Filter by keyId and since; to go on, pass nextBefore ' +
    'as before until it is absent. This call is itself in the activity. Reads only; changes nothing.',
  annotations: readsOnly,
  input: object(
    {
      keyId: { ...text('Only lines of this key, by its id.'), maxLength: 64 },
      since: {
        ...text('Only lines from this day or instant on, e.g. 2026-02-16 or 2026-02-16T09:30:00Z.'),
        maxLength: 40,
      },
      limit: integer(`How many lines at most; default ${limitDefault}.`, 1, limitMax),
      before: integer('The nextBefore of the page before.', 1),
    },
    ['keyId', 'since', 'limit', 'before'],
  ),
  output: object(
    {
      entries: { type: 'array', items: entrySchema },
      nextBefore: integer('To be passed as before for the next page; absent on the last.', 1),
    },
    ['nextBefore'],
  ),
  run: (keys, holder, input) =>
    pipe(
      TE.fromEither(requestOf(holder, input)),
      TE.chain((request): TE.TaskEither<KeysError | ToolError, { entries: object; nextBefore?: number }> =>
        pipe(
          keys.activity(request),
          TE.map((page) => {
            const nextBefore = toUndefined(page.next)
            return {
              entries: page.entries.map(shownEntry),
              ...(nextBefore === undefined ? {} : { nextBefore }),
            }
          }),
        ),
      ),
    ),
})

const requestOf = ({ workspaceId }: Holder, input: Input): E.Either<ToolError, ActivityRequest> => {
  const { since: written, limit = limitDefault, ...filters } = input
  if (written === undefined) return E.right({ workspaceId, limit, ...filters })
  const since = instantOf(written)
  return isNone(since)
    ? E.left({
        _tag: 'BadArgument',
        detail: 'since must be a day or an instant with its zone, e.g. 2026-02-16T09:30:00Z.',
      })
    : E.right({ workspaceId, limit, since: since.value, ...filters })
}

import { instantToIso, type KeyView } from '@detrics/keys'
import { pipe } from 'fp-ts/lib/function.js'
import { toUndefined } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { isoOrNull } from './instants.js'
import { endsAt, expiresAt, instant, integer, keyId, keyName, mask, object, text } from './schemas.js'
import { readsOnly, tool, type Tool, type ToolOutput } from './tool.js'

const limitDefault = 20
const limitMax = 50

interface Input {
  readonly limit?: number
  readonly cursor?: string
}

export const listKeys: Tool = tool<Input>({
  name: 'list_keys',
  title: "List the workspace's API keys",
  description:
    'Lists the API keys of the workspace of the key in use, newest first, revoked and expired ones included; never a ' +
    'secret. Use it to find the id of a key or to see which keys are active. Pages are small: to go on, pass ' +
    'nextCursor as cursor until it is absent. Reads only; changes nothing.',
  annotations: readsOnly,
  input: object(
    {
      limit: integer(`How many keys at most; default ${limitDefault}.`, 1, limitMax),
      cursor: { ...text('The nextCursor of the page before.'), maxLength: 64 },
    },
    ['limit', 'cursor'],
  ),
  output: object(
    {
      keys: {
        type: 'array',
        items: object({
          keyId,
          name: keyName,
          mask,
          status: { type: 'string', enum: ['active', 'revoked', 'expired'] },
          createdAt: instant('When the key was made.'),
          expiresAt,
          endsAt,
        }),
      },
      nextCursor: text('To be passed as cursor for the next page; absent on the last.'),
    },
    ['nextCursor'],
  ),
  run: (keys, { workspaceId }, { limit = limitDefault, cursor }) =>
    pipe(
      keys.list({ workspaceId, limit, ...(cursor === undefined ? {} : { after: cursor }) }),
      TE.map((page) => {
        const nextCursor = toUndefined(page.next)
        return { keys: page.keys.map(shown), ...(nextCursor === undefined ? {} : { nextCursor }) }
      }),
    ),
})

const shown = (key: KeyView): ToolOutput => ({
  keyId: key.keyId,
  name: key.name,
  mask: key.mask,
  status: key.status,
  createdAt: instantToIso(key.createdAt),
  expiresAt: isoOrNull(key.expiresAt),
  endsAt: isoOrNull(key.endsAt),
})

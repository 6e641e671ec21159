import { instantToIso } from '@detrics/keys'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { isoOrNull } from './instants.js'
import { endsAt, expiresAt, instant, keyId, keyName, mask, object, text } from './schemas.js'
import { readsOnly, tool, type Tool } from './tool.js'

export const whoami: Tool = tool({
  name: 'whoami',
  title: 'Show the API key in use',
  description:
    'Shows which API key this connection uses: its id, name, mask, workspace and expiry. Use it to check the set-up, ' +
    'to tell the person which key to rename or revoke, or to find the key in the activity. Reads only; changes nothing.',
  annotations: readsOnly,
  input: object({}),
  output: object({
    keyId,
    name: keyName,
    mask,
    workspaceId: text('Id of the workspace that the key reaches. It reaches no other.'),
    createdAt: instant('When the key was made.'),
    expiresAt,
    endsAt,
  }),
  run: (keys, { workspaceId, keyId: ownId }) =>
    pipe(
      keys.get({ workspaceId, keyId: ownId }),
      TE.map((key) => ({
        keyId: key.keyId,
        name: key.name,
        mask: key.mask,
        workspaceId: key.workspaceId,
        createdAt: instantToIso(key.createdAt),
        expiresAt: isoOrNull(key.expiresAt),
        endsAt: isoOrNull(key.endsAt),
      })),
    ),
})

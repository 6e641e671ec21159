import { problem } from '@detrics/keys-client/contract'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Handler } from '../call.js'

export const getMe: Handler<'getMe'> = ({
  caller: { memberId, name, workspaces, signedInBy },
  publicMcpUrl,
}) => TE.right({ body: { memberId, name, workspaces, signedInBy, mcpUrl: publicMcpUrl } })

export const getHealth: Handler<'getHealth'> = () => TE.right({ body: { status: 'ok' } })

export const getReadiness: Handler<'getReadiness'> =
  ({ keys, isServing }) =>
  async () => {
    const isReady = isServing() && (await keys.ready())
    return isReady
      ? { _tag: 'Right', right: { body: { status: 'ready' } } }
      : { _tag: 'Left', left: problem('not_ready') }
  }

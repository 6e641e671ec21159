import type { ClientError, KeysClient } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import { isSignedOut } from '../words/problem-words.js'

/** How the page and the API stand to each other, as the last answer tells. */
export interface Connection {
  readonly isSignedOut: boolean
  readonly isReachable: boolean
}

export interface Api {
  readonly client: KeysClient
  /** Carries a request out and notes what its answer says about the connection. */
  readonly ask: <A>(task: TaskEither<ClientError, A>) => Promise<E.Either<ClientError, A>>
}

const untroubled: Connection = { isSignedOut: false, isReachable: true }
const ApiContext = createContext<Api | undefined>(undefined)
const ConnectionContext = createContext(untroubled)

export const ApiProvider = ({
  client,
  children,
}: {
  readonly client: KeysClient
  readonly children: ReactNode
}) => {
  const [connection, setConnection] = useState(untroubled)
  const ask = useCallback<Api['ask']>(async (task) => {
    const result = await task()
    const error = E.isLeft(result) ? result.left : undefined
    // A request that the page itself has given up says nothing.
    if (error?._tag === 'Unreachable' && error.cause === 'aborted') return result
    setConnection((before) => noted(before, error))
    return result
  }, [])
  const api = useMemo(() => ({ client, ask }), [client, ask])
  return (
    <ApiContext value={api}>
      <ConnectionContext value={connection}>{children}</ConnectionContext>
    </ApiContext>
  )
}

const noted = (before: Connection, error: ClientError | undefined): Connection => {
  const after: Connection = {
    isReachable: error?._tag !== 'Unreachable',
    isSignedOut: error === undefined ? false : before.isSignedOut || isSignedOut(error),
  }
  const isSame = after.isReachable === before.isReachable && after.isSignedOut === before.isSignedOut
  return isSame ? before : after
}

export const useApi = (): Api => {
  const api = useContext(ApiContext)
  if (api === undefined) throw new Error('useApi is used outside of ApiProvider')
  return api
}

export const useConnection = (): Connection => useContext(ConnectionContext)

import type { ClientError } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { useState } from 'react'
import { useApi } from '../app/api.js'
import { createOnce } from './once.js'

export interface Change {
  readonly isBusy: boolean
  readonly error: ClientError | undefined
  /** Carries the change out: repeated with the same content, it is carried out once. */
  readonly run: <A>(
    content: object,
    request: (idempotencyKey: string) => TaskEither<ClientError, A>,
  ) => Promise<E.Either<ClientError, A>>
  readonly clear: () => void
}

/** A change that a person asks for, as one dialog sees it. */
export const useChange = (): Change => {
  const { ask } = useApi()
  const [once] = useState(() => createOnce(() => crypto.randomUUID()))
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error?: ClientError }>({
    isBusy: false,
  })
  return {
    isBusy: state.isBusy,
    error: state.error,
    run: async (content, request) => {
      setState({ isBusy: true })
      const result = await ask(request(once(JSON.stringify(content))))
      setState(E.isLeft(result) ? { isBusy: false, error: result.left } : { isBusy: false })
      return result
    },
    clear: () => setState({ isBusy: false }),
  }
}

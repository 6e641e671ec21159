import type { ClientError } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useRefreshing } from './use-refreshing.js'

export interface Resource<A> {
  readonly value: A | undefined
  readonly error: ClientError | undefined
  readonly reload: () => void
}

/** One thing that is loaded by its name and refreshes itself; what was loaded stays when a refresh fails. */
export const useResource = <A>(
  name: string,
  load: (signal: AbortSignal) => Promise<E.Either<ClientError, A>>,
  intervalMs?: number,
): Resource<A> => {
  const [state, setState] = useState<{
    readonly name: string
    readonly value?: A
    readonly error?: ClientError
  }>({
    name,
  })
  const underWay = useRef<AbortController>(undefined)
  const refresh = useMemo(
    () => async (): Promise<ClientError | undefined> => {
      underWay.current?.abort()
      const controller = new AbortController()
      underWay.current = controller
      const result = await load(controller.signal)
      if (controller.signal.aborted) return undefined
      if (E.isRight(result)) setState({ name, value: result.right })
      else
        setState((before) =>
          before.name === name ? { ...before, error: result.left } : { name, error: result.left },
        )
      return E.isLeft(result) ? result.left : undefined
    },
    // `load` is another function at each turn and the same in what it does, as long as the name is.
    [name],
  )
  useRefreshing(refresh, intervalMs)
  const reload = useCallback(() => void refresh(), [refresh])
  const isCurrent = state.name === name
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : undefined,
    reload,
  }
}

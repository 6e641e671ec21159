import type { Secret } from '@detrics/keys-client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

export interface HeldSecret {
  /** Undefined before there is one and after it was forgotten. */
  readonly secret: Secret | undefined
  readonly hold: (secret: Secret) => void
}

/**
 * Holds a secret as long as its dialog is open. When the page is left or frozen it is forgotten and taken out of the
 * document, in the same turn: what the browser keeps for going back must not hold it. `onForgotten` says so.
 */
export const useSecret = (onForgotten: () => void): HeldSecret => {
  const held = useRef<Secret>(undefined)
  const [, setTurn] = useState(0)
  const forget = useRef(onForgotten)
  forget.current = onForgotten
  useEffect(() => {
    const leave = (): void => {
      if (held.current === undefined) return
      held.current = undefined
      flushSync(() => forget.current())
    }
    window.addEventListener('pagehide', leave)
    document.addEventListener('freeze', leave)
    return () => {
      held.current = undefined
      window.removeEventListener('pagehide', leave)
      document.removeEventListener('freeze', leave)
    }
  }, [])
  const hold = useCallback((secret: Secret) => {
    held.current = secret
    setTurn((turn) => turn + 1)
  }, [])
  return { secret: held.current, hold }
}

import { useSyncExternalStore } from 'react'
import { Icon } from '../ui/icon.js'
import { useConnection } from './api.js'

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine)

/** Says when what is shown may be out of date because nothing comes through; it goes away by itself. */
export const ConnectionBanner = () => {
  const isOnline = useOnline()
  const { isReachable } = useConnection()
  const words = wordsOf(isOnline, isReachable)
  return (
    <div role="status" className="connection">
      {words !== undefined && (
        <div className="alert alert-warning">
          <Icon name="warning" />
          <p>{words}</p>
        </div>
      )}
    </div>
  )
}

const wordsOf = (isOnline: boolean, isReachable: boolean): string | undefined => {
  if (!isOnline)
    return 'You are offline. What you see may be out of date; it is loaded again when you are back.'
  return isReachable
    ? undefined
    : 'The server cannot be reached. What you see may be out of date. Trying again …'
}

import type { ClientError } from '@detrics/keys-client'
import { useEffect } from 'react'
import { onChanged } from './changes.js'
import { nextRefreshMs } from './delays.js'

/**
 * Calls `refresh` at once and then again and again while the page is visible: a person who watches sees what others
 * change. A hidden page asks nothing; one that is shown again, is online again, or has changed something, asks at once.
 */
export const useRefreshing = (refresh: () => Promise<ClientError | undefined>, intervalMs?: number): void => {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    let hasEnded = false
    const turn = async (): Promise<void> => {
      clearTimeout(timer)
      const error = await refresh()
      failures = error === undefined ? 0 : failures + 1
      clearTimeout(timer)
      if (hasEnded || document.visibilityState === 'hidden') return
      timer = setTimeout(() => void turn(), nextRefreshMs(failures, error, intervalMs))
    }
    const wake = (): void => {
      if (document.visibilityState === 'hidden') clearTimeout(timer)
      else void turn()
    }
    document.addEventListener('visibilitychange', wake)
    window.addEventListener('online', wake)
    const forget = onChanged(wake)
    void turn()
    return () => {
      hasEnded = true
      clearTimeout(timer)
      forget()
      document.removeEventListener('visibilitychange', wake)
      window.removeEventListener('online', wake)
    }
  }, [refresh, intervalMs])
}

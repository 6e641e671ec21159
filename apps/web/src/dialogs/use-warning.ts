import { useEffect } from 'react'

/** Lets the browser ask before the page is closed or loaded again, as long as something would be lost by it. */
export const useWarningBeforeLeaving = (isNeeded: boolean): void => {
  useEffect(() => {
    if (!isNeeded) return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isNeeded])
}

import { useLayoutEffect, type RefObject } from 'react'
import { focusFirst } from './focus.js'

/** Passes the focus on to the heading of the page when what holds it goes away, so that it does not get lost. */
export const usePassedOnFocus = (container: RefObject<HTMLElement | null>, isThere = true): void => {
  useLayoutEffect(() => {
    const element = container.current
    if (!isThere) return
    // Before the element leaves, or is hidden: after that the browser has let go of the focus.
    return () => {
      if (element?.contains(document.activeElement) === true) focusFirst(['page-title'])
    }
  }, [container, isThere])
}

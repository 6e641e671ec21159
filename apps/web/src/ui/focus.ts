/** Focuses the first of these elements that is there and can be focused. */
export const focusFirst = (ids: ReadonlyArray<string>): void => {
  for (const id of ids) {
    const element = document.getElementById(id)
    element?.focus()
    if (element !== null && document.activeElement === element) return
  }
}

let last: EventTarget | null = null
document.addEventListener('focusin', ({ target }) => void (last = target))

/** Whether what was focused has gone from the document, and the focus with it. */
export const isFocusLost = (): boolean =>
  document.activeElement === document.body && last instanceof Element && !last.isConnected

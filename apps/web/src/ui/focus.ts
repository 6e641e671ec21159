/** Focuses the first of these elements that is there and can be focused. */
export const focusFirst = (ids: ReadonlyArray<string>): void => {
  for (const id of ids) {
    const element = document.getElementById(id)
    element?.focus()
    if (element !== null && document.activeElement === element) return
  }
}

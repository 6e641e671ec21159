const listeners = new Set<() => void>()

/** Says that something has been changed from here, so that lists need not wait for their next turn. */
export const tellChanged = (): void => {
  for (const listener of listeners) listener()
}

export const onChanged = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

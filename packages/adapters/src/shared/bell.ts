/** Tells those who wait that there may be something new. A hint: who hears it reads, and may find nothing. */
export interface Bell {
  readonly ring: () => void
  /** How often it was rung: a ring between a read and the wait after it must not be missed. */
  readonly rings: () => number
  /** Calls `heard` at each ring until the function that it returns is called. */
  readonly listen: (heard: () => void) => () => void
}

/** `whileListened` is started when the first listener comes, and what it returns is called when the last has gone. */
export const bell = (whileListened?: (ring: () => void) => () => void): Bell => {
  const listeners = new Set<() => void>()
  let count = 0
  let stop: (() => void) | undefined
  const ring = (): void => {
    count += 1
    for (const heard of listeners) heard()
  }
  const listen = (heard: () => void): (() => void) => {
    // Wrapped, because the same function may listen twice and is then counted twice.
    const listener = (): void => heard()
    listeners.add(listener)
    stop ??= whileListened?.(ring)
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      stop?.()
      stop = undefined
    }
  }
  return { ring, rings: () => count, listen }
}

export interface ShortLived<A> {
  readonly put: (name: string, value: A) => void
  readonly get: (name: string) => A | undefined
  readonly remove: (name: string) => void
}

/** Keeps things under a name, all for the same time, and only so many: the oldest makes room. */
export const shortLived = <A>({
  entriesMax,
  lifeMs,
  monotonicMs,
}: {
  readonly entriesMax: number
  readonly lifeMs: number
  readonly monotonicMs: () => number
}): ShortLived<A> => {
  // In the order in which they came in, and so in which they end.
  const entries = new Map<string, { readonly value: A; readonly sinceMs: number }>()
  const isOver = (sinceMs: number): boolean => monotonicMs() - sinceMs >= lifeMs

  const makeRoom = (): void => {
    for (const [name, { sinceMs }] of entries) {
      if (entries.size < entriesMax && !isOver(sinceMs)) return
      entries.delete(name)
    }
  }

  return {
    put: (name, value) => {
      makeRoom()
      entries.set(name, { value, sinceMs: monotonicMs() })
    },
    get: (name) => {
      const entry = entries.get(name)
      return entry === undefined || isOver(entry.sinceMs) ? undefined : entry.value
    },
    remove: (name) => {
      entries.delete(name)
    },
  }
}

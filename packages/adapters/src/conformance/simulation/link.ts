/** What stands between simulated stores and their server. */
export interface Link {
  readonly isUp: () => boolean
  /** Ends the waiting of every call that is under way; it is not known what became of them. */
  readonly drop: () => void
  readonly setUp: (up: boolean) => void
  /** The work's result, or `lost` if the connection is dropped first; the work itself goes on. */
  readonly through: <A, B>(work: Promise<A>, lost: B) => Promise<A | B>
  /** Rises with each drop: work of the server that was begun before a stop must not be committed after it. */
  readonly stops: () => number
}

export const link = (): Link => {
  const waiting = new Set<() => void>()
  let up = true
  let stops = 0
  const drop = (): void => {
    for (const end of waiting) end()
    waiting.clear()
  }
  return {
    isUp: () => up,
    drop,
    setUp: (next) => {
      if (up && !next) stops += 1
      up = next
      if (!next) drop()
    },
    through: async (work, lost) => {
      let end = (): void => undefined
      const dropped = new Promise<typeof lost>((resolve) => {
        end = () => resolve(lost)
        waiting.add(end)
      })
      try {
        return await Promise.race([work, dropped])
      } finally {
        waiting.delete(end)
      }
    },
    stops: () => stops,
  }
}

import type { Limit } from './table.js'

/** Counts what happens to many subjects, each in a window of its own. */
export interface WindowCounter {
  /** Whole seconds until it may happen to this subject again, rounded up; 0 is now. */
  readonly secondsToWait: (subject: string) => number
  readonly count: (subject: string) => void
  /** Undoes one count, as of what did not happen after all. */
  readonly takeBack: (subject: string) => void
  readonly size: () => number
}

interface Window {
  readonly endsMs: number
  count: number
}

/**
 * Fixed windows, on the monotonic clock: at the seam of two windows twice the limit may happen in a moment. At most
 * `subjectsMax` subjects are remembered. One more, and the one whose window is the oldest is forgotten and begins at
 * nothing: a flood that comes from more subjects than that is a matter of shedding load, not of counting.
 */
export const windowCounter = (
  { countMax, windowMs, subjectsMax }: Limit,
  monotonicMs: () => number,
): WindowCounter => {
  // In the order in which the windows began, and so in which they end.
  const windows = new Map<string, Window>()

  const current = (subject: string): Window | undefined => {
    const window = windows.get(subject)
    return window === undefined || window.endsMs <= monotonicMs() ? undefined : window
  }

  const forgetOldest = (): void => {
    for (const [subject, { endsMs }] of windows) {
      if (endsMs > monotonicMs() && windows.size < subjectsMax) return
      windows.delete(subject)
    }
  }

  return {
    secondsToWait: (subject) => {
      const window = current(subject)
      return window === undefined || window.count < countMax
        ? 0
        : Math.ceil((window.endsMs - monotonicMs()) / 1_000)
    },
    count: (subject) => {
      const window = current(subject)
      if (window !== undefined) {
        window.count += 1
        return
      }
      windows.delete(subject)
      forgetOldest()
      windows.set(subject, { endsMs: monotonicMs() + windowMs, count: 1 })
    },
    takeBack: (subject) => {
      const window = current(subject)
      if (window !== undefined && window.count > 0) window.count -= 1
    },
    size: () => windows.size,
  }
}

import type { Instant } from '@detrics/keys-client'
import { instantToIso } from '@detrics/keys-client'
import { useSyncExternalStore } from 'react'
import { clockWords, exactWords, relativeWords } from '../words/time-words.js'

const tickMs = 10_000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

const tick = (): void => {
  now = Date.now()
  for (const listener of listeners) listener()
}

/** One clock for all times on the page, which stands still when nobody looks at it. */
const subscribe = (listener: () => void): (() => void) => {
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(tick, tickMs)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

/** The present, as exactly as words about it need it. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/**
 * How an instant is said: `ago` for what has happened, which a clock that goes behind must not put into the future;
 * `relative` for what may be to come.
 */
type Form = 'ago' | 'relative' | 'exact' | 'clock'

/** An instant in words, with the exact one behind them. */
export const Time = ({ at, form = 'ago' }: { readonly at: Instant; readonly form?: Form }) => {
  const present = useNow()
  return (
    <time dateTime={instantToIso(at)} title={form === 'exact' ? undefined : exactWords(at)}>
      {wordsOf(at, form, present)}
    </time>
  )
}

const wordsOf = (at: Instant, form: Form, present: number): string => {
  switch (form) {
    case 'ago':
      return relativeWords(Math.min(at, present), present)
    case 'relative':
      return relativeWords(at, present)
    case 'exact':
      return exactWords(at)
    case 'clock':
      return clockWords(at)
  }
}

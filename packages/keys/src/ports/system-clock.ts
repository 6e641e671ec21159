import { Instant, type Clock } from '@detrics/keys-domain'
import { setTimeout as delay } from 'node:timers/promises'

/** The clocks of the machine. */
export const systemClock: Clock = {
  now: () => {
    const now = Date.now()
    if (!Instant.is(now)) throw new Error('the wall clock stands outside the years 1970 to 9999')
    return now
  },
  monotonicMs: () => performance.now(),
  pause: (msMax) => () => delay(Math.random() * msMax),
}

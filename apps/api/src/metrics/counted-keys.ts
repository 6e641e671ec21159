import type { Keys, Verdict } from '@detrics/keys'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import type { Metrics, VerdictOutcome } from './metrics.js'

/** A front door whose verdicts are counted. */
export const countedKeys = (keys: Keys, { judged }: Pick<Metrics, 'judged'>): Keys => ({
  ...keys,
  verify: (presented, use) =>
    pipe(
      keys.verify(presented, use),
      T.map((verdict) => {
        judged(outcomeOf(verdict))
        return verdict
      }),
    ),
})

const outcomeOf = (verdict: Verdict): VerdictOutcome => {
  switch (verdict._tag) {
    case 'Active':
      return 'active'
    case 'Refused':
      return verdict.reason
    case 'Unavailable':
      return 'unavailable'
  }
}

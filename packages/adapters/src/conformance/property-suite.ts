import assert from 'node:assert/strict'
import type { Check, FastCheck } from './properties/check.js'
import { cutProperty } from './properties/cuts.js'
import { historyProperty } from './properties/histories.js'
import { subscriptionProperty } from './properties/subscriptions.js'
import type { EventStoreGuarantee } from './guarantee.js'

export interface PropertyOptions {
  /** How many random cases are tried for each property; 50 unless told. */
  readonly runs?: number
  /** Repeats a run that failed; the message of the failure tells it. */
  readonly seed?: number
  /** Tells the first counterexample as it was found, without looking for a smaller one. */
  readonly endOnFailure?: boolean
}

const loadFastCheck = (): Promise<FastCheck> =>
  import('fast-check').catch(() => assert.fail('the property suite needs the package fast-check, version 4'))

/** What must hold for random histories, cuts and orders of calls. Needs the package `fast-check`. */
export const propertySuite = (options: PropertyOptions = {}): ReadonlyArray<EventStoreGuarantee> => {
  const check: Check = async (makeProperty) => {
    const fc = await loadFastCheck()
    const { runs: numRuns = 50, ...others } = options
    await fc.assert(makeProperty(fc), { numRuns, ...others })
  }
  return [historyProperty(check), cutProperty(check), subscriptionProperty(check)]
}

import assert from 'node:assert/strict'
import type { EventStore } from '@detrics/keys-domain'
import { lacks } from './capabilities.js'
import type { Capability } from './capabilities.js'
import type { EventStoreHarness } from './harness.js'

export type { EventStoreHarness } from './harness.js'

/** One promise of a port: `run` throws if it is broken. */
export interface Guarantee<Harness> {
  readonly guarantee: string
  /** What a store needs to hold it. Where that is declared absent, `run` throws unless the store shows the absence. */
  readonly needs?: Capability
  readonly run: (harness: Harness) => Promise<void>
}

export type EventStoreGuarantee = Guarantee<EventStoreHarness>

export interface Handles {
  readonly store: EventStore
  /** A second handle on the same log; where a log has one handle only, it is that one. */
  readonly other: EventStore
  readonly harness: EventStoreHarness
}

type Show = (handles: Handles) => Promise<void>

/** A guarantee that is shown on a fresh log; its handles are closed afterwards, whatever happens. */
export const holds = (guarantee: string, show: Show): EventStoreGuarantee => ({
  guarantee,
  run: (harness) => onFreshLog(harness, show),
})

/** A guarantee that needs a capability, and what a store without that capability must show instead. */
export const holdsWith = (
  needs: Capability,
  guarantee: string,
  { show, showAbsence }: { readonly show: Show; readonly showAbsence: Show },
): EventStoreGuarantee => ({
  guarantee,
  needs,
  run: (harness) => onFreshLog(harness, lacks(harness, needs) ? showAbsence : show),
})

const onFreshLog = async (harness: EventStoreHarness, show: Show): Promise<void> => {
  const store = await harness.open()
  const other = lacks(harness, 'persistent') ? store : await harness.reopen()
  try {
    await show({ store, other, harness })
  } finally {
    await answered(Promise.all([store.close(), other.close()]))
  }
}

/** Long enough for a machine under load; a store that never answers fails its test instead of hanging it. */
const patienceMs = 10_000

/** Fails unless the promise is settled in time. */
export const answered = async <A>(promise: Promise<A>, withinMs = patienceMs): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new assert.AssertionError({ message: 'no answer came' }))
    // A process that stood still finds its timers due before the answers that lie ready: these are let in first.
    timer = setTimeout(() => void turns(turnsOfGrace).then(giveUp), withinMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const turnsOfGrace = 20

/**
 * A promise that is awaited later. Until then its failure must not count as one that nobody looks at, which would end
 * the process of the test.
 */
export const underWay = <A>(promise: Promise<A>): Promise<A> => {
  promise.catch(() => undefined)
  return promise
}

/** Lets the event loop go round so many times. */
export const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

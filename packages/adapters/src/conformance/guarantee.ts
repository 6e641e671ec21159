import assert from 'node:assert/strict'
import type { EventStore } from '@detrics/keys-domain'

/** How the kit gets at the stores of one adapter. */
export type EventStoreHarness = {
  /** A store on a log of its own, which is empty. */
  readonly open: () => Promise<EventStore>
} & (
  | {
      /** The log outlives the handles on it, and several handles may be open at once. */
      readonly persistent: true
      /** One more handle on the log that was opened last, as another process would have it. */
      readonly reopen: () => Promise<EventStore>
    }
  /** The log is gone when its only handle is closed; the kit asserts that it is. */
  | { readonly persistent: false }
)

/** One promise of a port: `run` throws if it is broken. */
export interface Guarantee<Harness> {
  readonly guarantee: string
  readonly run: (harness: Harness) => Promise<void>
}

export type EventStoreGuarantee = Guarantee<EventStoreHarness>

export interface Handles {
  readonly store: EventStore
  /** A second handle on the same log; where a log has one handle only, it is that one. */
  readonly other: EventStore
  readonly harness: EventStoreHarness
}

/** A guarantee that is shown on a fresh log; its handles are closed afterwards, whatever happens. */
export const holds = (guarantee: string, show: (handles: Handles) => Promise<void>): EventStoreGuarantee => ({
  guarantee,
  run: async (harness) => {
    const store = await harness.open()
    const other = harness.persistent ? await harness.reopen() : store
    try {
      await show({ store, other, harness })
    } finally {
      await Promise.all([store.close(), other.close()])
    }
  },
})

/** Long enough for a machine under load; a store that never answers fails its test instead of hanging it. */
const patienceMs = 10_000

export const answered = async <A>(promise: Promise<A>, withinMs = patienceMs): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: 'no answer came' })), withinMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

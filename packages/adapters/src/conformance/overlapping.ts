import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import { holdsWith, turns } from './guarantee.js'
import type { EventStoreGuarantee, Handles } from './guarantee.js'
import type { OpenAppend, OverlapHooks } from './harness.js'
import { batch, logAfter, ok, stream } from './steps.js'

const rounds = 5
const writers = 8

/** What a guarantee about overlapping appends works with. */
export type Overlap = Handles & OverlapHooks

/** A guarantee about overlapping appends; a store that declares that there are none must show it. */
export const holdsOverlapping = (
  guarantee: string,
  show: (overlap: Overlap) => Promise<void>,
): EventStoreGuarantee =>
  holdsWith('overlappingAppends', guarantee, {
    show: async (handles) => {
      const hooks = handles.harness.overlappingAppends
      assert.ok(hooks !== undefined, 'the harness has no hooks for overlapping appends')
      const open = new Set<OpenAppend>()
      const beginAppend: OverlapHooks['beginAppend'] = async (name, events) => {
        const append = await hooks.beginAppend(name, events)
        open.add(append)
        const ended = (end: () => Promise<void>) => () => {
          open.delete(append)
          return end()
        }
        return { commit: ended(append.commit), abort: ended(append.abort) }
      }
      try {
        await show({ ...handles, ...hooks, beginAppend })
      } finally {
        // A test that failed must not leave a transaction behind that the closing of the store would wait for.
        await Promise.all([...open].map((append) => append.abort()))
      }
    },
    showAbsence,
  })

/** In whatever moment it is read, while many append: what is there is settled. */
const showAbsence = async ({ store, other }: Handles): Promise<void> => {
  let written = false
  const writing = async (): Promise<void> => {
    for (let round = 0; round < rounds; round++)
      await Promise.all(
        Array.from({ length: writers }, (_, writer) =>
          ok((writer % 2 === 0 ? store : other).append(stream(`s-${round}-${writer}`), noStream, batch(2))),
        ),
      )
  }
  const looking = async (): Promise<void> => {
    while (!written) {
      const { events, settled } = await logAfter(other, O.none)
      assert.deepEqual(settled, O.fromNullable(events.at(-1)?.position), 'an append was unfinished')
      await turns(1)
    }
  }
  await Promise.all([writing().finally(() => (written = true)), looking()])
}

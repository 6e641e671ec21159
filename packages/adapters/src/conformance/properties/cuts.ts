import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import { follow, leave, untilCaughtUp } from '../following.js'
import { holds } from '../guarantee.js'
import type { EventStoreGuarantee } from '../guarantee.js'
import type { Check } from './check.js'
import { atNumber, batch, ok, pagedLog, stream, wholeLog } from '../steps.js'

const sizes = [1, 3, 2, 7, 1, 1, 5, 2, 4, 1, 6, 2]
const length = sizes.reduce((sum, size) => sum + size, 0)

/** Reads on from any event, in pages of any size, and by a subscription: nothing is repeated, nothing left out. */
export const cutProperty = (check: Check): EventStoreGuarantee =>
  holds('wherever a log is cut, and into pages of whatever size, the parts are the log', async (handles) => {
    const { store, other, harness } = handles
    const heads = [0, 0]
    for (const [index, size] of sizes.entries()) {
      const [name, head] = [index % 2, heads[index % 2] ?? 0]
      await ok(store.append(stream(`s-${name}`), head === 0 ? noStream : atNumber(head - 1), batch(size)))
      heads[name] = head + size
    }
    const log = await wholeLog(store)
    assert.equal(log.length, length)
    await check((fc) => {
      const cut = fc.record({
        at: fc.integer({ min: 0, max: length }),
        limit: fc.integer({ min: 1, max: length + 1 }),
        byOther: fc.boolean(),
      })
      return fc.asyncProperty(cut, async ({ at, limit, byOther }) => {
        const handle = byOther ? other : store
        const after = O.fromNullable(log[at - 1]?.position)
        assert.deepEqual(await pagedLog(handle, limit, after), log.slice(at))
        const follower = await follow(harness, handle, after)
        assert.deepEqual(await untilCaughtUp(follower), log.slice(at))
        await leave(follower)
      })
    })
  })

import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { closed, noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import { lacks } from './capabilities.js'
import { answered, holds, holdsWith, underWay } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import type { EventStoreHarness } from './harness.js'
import { appendSingly, batch, newEvent, ok, refused, stream, wholeLog } from './steps.js'

const one = stream('one')

export const lifecycleGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('after close every call answers Closed, and closing again is harmless', async ({ store }) => {
    await appendSingly(store, one, 2)
    await answered(Promise.all([store.close(), store.close()]))
    await answered(store.close())
    const query = { stream: one, direction: 'forwards', from: 'start', limit: 1 } as const
    assert.deepEqual(await refused(store.append(one, noStream, [newEvent()])), closed)
    assert.deepEqual(await refused(store.readStream(query)), closed)
    assert.deepEqual(await refused(store.readAll(O.none, 1)), closed)
    assert.deepEqual(await refused(store.subscribe(O.none)), closed)
  }),
  holds('close waits for the appends that are under way', async ({ store }) => {
    let answeredCount = 0
    const running = Array.from({ length: 8 }, (_, index) =>
      ok(store.append(stream(`s-${index}`), noStream, batch(2))).then(() => (answeredCount += 1)),
    )
    const closing = answered(store.close()).then(async () => {
      // An answer that was given before the end of `close` has come through by the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(answeredCount, 8)
    })
    await Promise.all([...running, closing])
  }),
  holds(
    'reads that are under way when a store is closed are answered, rightly or with Closed',
    async ({ store }) => {
      await appendSingly(store, one, 3)
      const log = await wholeLog(store)
      const query = { stream: one, direction: 'forwards', from: 'start', limit: 10 } as const
      const logs = Array.from({ length: 8 }, () => underWay(answered(store.readAll(O.none, 10)())))
      const streams = Array.from({ length: 8 }, () => underWay(answered(store.readStream(query)())))
      await answered(store.close())
      const rightly = <L, A extends { readonly events: unknown }>(result: E.Either<L, A>): void =>
        E.isRight(result) ? assert.deepEqual(result.right.events, log) : assert.deepEqual(result.left, closed)
      for (const result of await Promise.all(logs)) rightly(result)
      for (const result of await Promise.all(streams)) rightly(result)
    },
  ),
  holds('closing one store leaves every other one open, on the same log or on another', async (handles) => {
    const { store, other, harness } = handles
    const isShared = !lacks(harness, 'persistent')
    const second = isShared ? other : await harness.open()
    try {
      await appendSingly(store, one, 2)
      const already = (await wholeLog(second)).length
      assert.equal(already, isShared ? 2 : 0)
      await answered(store.close())
      await appendSingly(second, one, 2, already)
      assert.equal((await wholeLog(second)).length, already + 2)
    } finally {
      await second.close()
    }
  }),
  holdsWith('persistent', 'a log outlives its handles, with everything in it', {
    show: async ({ store, other, harness }) => {
      await appendSingly(store, one, 3)
      const before = await wholeLog(store)
      await answered(Promise.all([store.close(), other.close()]))
      await onLaterHandle(harness, async (later) => {
        assert.deepEqual(await wholeLog(later), before)
        await ok(later.append(stream('later'), noStream, [newEvent()]))
      })
    },
    showAbsence: async ({ store, harness }) => {
      await appendSingly(store, one, 3)
      await onLaterHandle(harness, async (later) => assert.deepEqual(await wholeLog(later), []))
      await answered(store.close())
      await onLaterHandle(harness, async (later) => assert.deepEqual(await wholeLog(later), []))
    },
  }),
  holds('a new position is above all earlier ones, also after every handle was closed', async (handles) => {
    const { store, other, harness } = handles
    await appendSingly(store, one, 3)
    const last = (await wholeLog(store)).at(-1)
    const showAbove = async (later: EventStore): Promise<void> => {
      const { position } = await ok(later.append(stream('later'), noStream, [newEvent()]))
      assert.ok(last !== undefined && position > last.position)
    }
    if (lacks(harness, 'persistent')) return showAbove(store)
    await answered(Promise.all([store.close(), other.close()]))
    await onLaterHandle(harness, showAbove)
  }),
]

const onLaterHandle = async (
  harness: EventStoreHarness,
  show: (later: EventStore) => Promise<void>,
): Promise<void> => {
  const later = await harness.reopen()
  try {
    await show(later)
  } finally {
    await answered(later.close())
  }
}

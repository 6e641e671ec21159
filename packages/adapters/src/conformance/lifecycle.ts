import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { closed, noStream } from '@detrics/keys-domain'
import { answered, holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
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
  holds('closing one store leaves every other one open, on the same log or on another', async (handles) => {
    const { store, other, harness } = handles
    const second = harness.persistent ? other : await harness.open()
    try {
      await appendSingly(store, one, 2)
      const already = (await wholeLog(second)).length
      assert.equal(already, harness.persistent ? 2 : 0)
      await answered(store.close())
      await appendSingly(second, one, 2, already)
      assert.equal((await wholeLog(second)).length, already + 2)
    } finally {
      await second.close()
    }
  }),
  holds('a log outlives its handles exactly if the store says so', async ({ store, other, harness }) => {
    await appendSingly(store, one, 3)
    const before = await wholeLog(store)
    await answered(Promise.all([store.close(), other.close()]))
    const later = harness.persistent ? await harness.reopen() : await harness.open()
    try {
      assert.deepEqual(await wholeLog(later), harness.persistent ? before : [])
      await ok(later.append(stream('later'), noStream, [newEvent()]))
    } finally {
      await later.close()
    }
  }),
  holds('a new position is above all earlier ones, also after every handle was closed', async (handles) => {
    const { store, other, harness } = handles
    await appendSingly(store, one, 3)
    const last = (await wholeLog(store)).at(-1)
    if (harness.persistent) await answered(Promise.all([store.close(), other.close()]))
    const later = harness.persistent ? await harness.reopen() : store
    try {
      const { position } = await ok(later.append(stream('later'), noStream, [newEvent()]))
      assert.ok(last !== undefined && position > last.position)
    } finally {
      await later.close()
    }
  }),
]

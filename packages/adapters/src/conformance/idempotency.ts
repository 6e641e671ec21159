import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { batchPartlyStored, eventIdConflict, noStream } from '@detrics/keys-domain'
import { holds, holdsWith } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  appendSingly,
  atNumber,
  batch,
  idsOf,
  newEvent,
  ok,
  outcomes,
  refused,
  refusedAs,
  stream,
  wholeLog,
  wholeStream,
} from './steps.js'

const [one, two] = [stream('one'), stream('two')]

export const idempotencyGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds(
    'the same append again is answered with the first result and stored once',
    async ({ store, other }) => {
      const events = batch(3)
      const first = await ok(store.append(one, noStream, events))
      for (const handle of [store, other])
        assert.deepEqual(await ok(handle.append(one, noStream, events)), {
          ...first,
          outcome: 'AlreadyAppended',
        })
      assert.deepEqual(idsOf(await wholeLog(store)), idsOf(events))
    },
  ),
  holds('the same append again is recognised when the stream has moved on', async ({ store }) => {
    await ok(store.append(one, noStream, batch(2)))
    const events = batch(2)
    const first = await ok(store.append(one, atNumber(1), events))
    await ok(store.append(one, atNumber(3), batch(2)))
    assert.deepEqual(await ok(store.append(one, atNumber(1), events)), {
      ...first,
      outcome: 'AlreadyAppended',
    })
    assert.equal((await wholeLog(store)).length, 6)
  }),
  holds('a known id with other content is a conflict, and what is stored stays', async ({ store }) => {
    const event = newEvent()
    await ok(store.append(one, noStream, [event]))
    const before = await wholeLog(store)
    const changes = [{ data: '{"n":2}' }, { metadata: '{}' }, { type: 'Other' }, { schema: 2 }]
    for (const change of changes)
      assert.deepEqual(
        await refused(store.append(one, noStream, [{ ...event, ...change }])),
        eventIdConflict(event.id),
      )
    assert.deepEqual(await wholeLog(store), before)
  }),
  holdsWith('uniqueIds', 'a known id in another stream is a conflict', {
    show: async ({ store, other }) => {
      const event = newEvent()
      await ok(store.append(one, noStream, [event]))
      for (const handle of [store, other])
        assert.deepEqual(await refused(handle.append(two, noStream, [event])), eventIdConflict(event.id))
      assert.deepEqual(await wholeStream(store, two), { events: [], head: O.none })
    },
    showAbsence: async ({ store }) => {
      const event = newEvent()
      await ok(store.append(one, noStream, [event]))
      assert.equal((await ok(store.append(two, noStream, [event]))).outcome, 'Appended')
      assert.deepEqual(idsOf(await wholeLog(store)), [event.id, event.id])
    },
  }),
  holdsWith('uniqueIds', 'a known id at another place of its stream is a conflict', {
    show: async ({ store }) => {
      const [a, b] = [newEvent(), newEvent()]
      await ok(store.append(one, noStream, [a, b]))
      await refusedAs('EventIdConflict', store.append(one, noStream, [b, a]))
      await refusedAs('EventIdConflict', store.append(one, atNumber(1), [a, b]))
      assert.deepEqual(idsOf(await wholeLog(store)), [a.id, b.id])
    },
    showAbsence: async ({ store }) => {
      const [a, b] = [newEvent(), newEvent()]
      await ok(store.append(one, noStream, [a, b]))
      assert.equal((await ok(store.append(one, atNumber(1), [a, b]))).outcome, 'Appended')
      assert.deepEqual(idsOf(await wholeLog(store)), [a.id, b.id, a.id, b.id])
    },
  }),
  holds('a batch of which a part is stored is refused, and nothing of it is written', async ({ store }) => {
    const [a, b, c] = [newEvent(), newEvent(), newEvent()]
    await ok(store.append(one, noStream, [a]))
    assert.deepEqual(await refused(store.append(one, noStream, [a, b])), batchPartlyStored([a.id]))
    assert.deepEqual(await refused(store.append(one, noStream, [a, b, c])), batchPartlyStored([a.id]))
    assert.deepEqual(idsOf(await wholeLog(store)), [a.id])
  }),
  holdsWith('uniqueIds', 'a batch of which a part is stored elsewhere is refused, and nothing written', {
    show: async ({ store }) => {
      const [a, b, c] = [newEvent(), newEvent(), newEvent()]
      await ok(store.append(one, noStream, [a]))
      assert.deepEqual(await refused(store.append(one, atNumber(0), [c, a, b])), batchPartlyStored([a.id]))
      assert.deepEqual(idsOf(await wholeLog(store)), [a.id])
    },
    showAbsence: async ({ store }) => {
      const [a, b, c] = [newEvent(), newEvent(), newEvent()]
      await ok(store.append(one, noStream, [a]))
      assert.equal((await ok(store.append(one, atNumber(0), [c, a, b]))).outcome, 'Appended')
      assert.deepEqual(idsOf(await wholeLog(store)), [a.id, c.id, a.id, b.id])
    },
  }),
  holds('an id twice in one batch is refused', async ({ store }) => {
    const event = newEvent()
    await refusedAs('InvalidRequest', store.append(one, noStream, [event, newEvent(), event]))
    await refusedAs('InvalidRequest', store.append(one, noStream, [event, { ...event, data: '2' }]))
    assert.deepEqual(await wholeLog(store), [])
  }),
  holds('two identical appends at once are stored once', async ({ store, other }) => {
    const events = batch(2)
    const append = store.append(one, noStream, events)
    assert.deepEqual(await outcomes([append, append]), ['AlreadyAppended', 'Appended'])
    const next = batch(2)
    assert.deepEqual(
      await outcomes([store.append(one, atNumber(1), next), other.append(one, atNumber(1), next)]),
      ['AlreadyAppended', 'Appended'],
    )
    assert.deepEqual(idsOf(await wholeLog(store)), [...idsOf(events), ...idsOf(next)])
  }),
  holds(
    'a reply lost after the commit leaves the outcome unknown, and the retry finds one copy',
    async (handles) => {
      const { store, other, harness } = handles
      for (const [index, again] of [store, other].entries()) {
        const [name, events] = [stream(`s-${index}`), batch(3)]
        await harness.loseNextReply(store)
        await refusedAs('OutcomeUnknown', store.append(name, noStream, events))
        assert.deepEqual(idsOf((await wholeStream(other, name)).events), idsOf(events))
        const { outcome, first, last } = await ok(again.append(name, noStream, events))
        assert.deepEqual([outcome, first, last], ['AlreadyAppended', 0n, 2n])
        assert.deepEqual(idsOf((await wholeStream(store, name)).events), idsOf(events))
      }
      assert.equal((await wholeLog(other)).length, 6)
    },
  ),
  holds('a retry after a lost reply is recognised when others have written meanwhile', async (handles) => {
    const { store, other, harness } = handles
    const events = batch(2)
    await appendSingly(store, one, 1)
    await harness.loseNextReply(store)
    await refusedAs('OutcomeUnknown', store.append(one, atNumber(0), events))
    await appendSingly(other, one, 2, 3)
    const { outcome, first, last, position } = await ok(store.append(one, atNumber(0), events))
    assert.deepEqual([outcome, first, last], ['AlreadyAppended', 1n, 2n])
    assert.equal((await wholeLog(store))[2]?.position, position)
    assert.equal((await wholeLog(store)).length, 5)
  }),
]

import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { batchPartlyStored, eventIdConflict, noStream } from '@detrics/keys-domain'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
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

const one = stream('one')

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
  holds('a known id in another stream is a conflict', async ({ store }) => {
    const event = newEvent()
    await ok(store.append(one, noStream, [event]))
    assert.deepEqual(await refused(store.append(stream('two'), noStream, [event])), eventIdConflict(event.id))
    assert.deepEqual(await wholeStream(store, stream('two')), { events: [], head: O.none })
  }),
  holds('a known id at another place of its stream is a conflict', async ({ store }) => {
    const [a, b] = [newEvent(), newEvent()]
    await ok(store.append(one, noStream, [a, b]))
    await refusedAs('EventIdConflict', store.append(one, noStream, [b, a]))
    await refusedAs('EventIdConflict', store.append(one, atNumber(1), [a, b]))
    assert.deepEqual(idsOf(await wholeLog(store)), [a.id, b.id])
  }),
  holds('a batch that is known in part is refused, and nothing of it is written', async ({ store }) => {
    const [a, b, c] = [newEvent(), newEvent(), newEvent()]
    await ok(store.append(one, noStream, [a]))
    assert.deepEqual(await refused(store.append(one, noStream, [a, b])), batchPartlyStored([a.id]))
    assert.deepEqual(await refused(store.append(one, atNumber(0), [c, a, b])), batchPartlyStored([a.id]))
    assert.deepEqual(idsOf(await wholeLog(store)), [a.id])
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
]

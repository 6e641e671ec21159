import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  appendSingly,
  atNumber,
  batch,
  idsOf,
  logAfter,
  newEvent,
  ok,
  pagedLog,
  positionsOf,
  stream,
  wholeLog,
  wholeStream,
} from './steps.js'

const [one, two, three] = [stream('one'), stream('two'), stream('three')]

/** Nine events in three streams, in turns. */
const fill = async (store: EventStore): Promise<void> => {
  for (let number = 0; number < 3; number++)
    for (const name of [one, two, three])
      await ok(store.append(name, number === 0 ? noStream : atNumber(number - 1), [newEvent()]))
}

export const logOrderGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('an empty log is complete, and nothing is settled', async ({ store }) => {
    assert.deepEqual(await logAfter(store, O.none, 1), { events: [], settled: O.none, complete: true })
  }),
  holds('the log holds every event once, in strictly rising positions of equal width', async ({ store }) => {
    await fill(store)
    const events = await wholeLog(store)
    assert.equal(new Set(idsOf(events)).size, 9)
    const positions = positionsOf(events)
    assert.deepEqual(positions, [...new Set(positions)].toSorted())
    assert.equal(new Set(positions.map((position) => position.length)).size, 1)
  }),
  holds('the log has the events in the order in which they were acknowledged', async ({ store, other }) => {
    const ids: Array<string> = []
    for (let number = 0; number < 8; number++) {
      const event = newEvent()
      await ok((number % 2 === 0 ? store : other).append(stream(`s-${number}`), noStream, [event]))
      ids.push(event.id)
    }
    assert.deepEqual(idsOf(await wholeLog(store)), ids)
  }),
  holds('the events of a stream stand in the log in their own order', async ({ store, other }) => {
    await Promise.all([
      appendSingly(store, one, 10),
      appendSingly(other, two, 10),
      appendSingly(store, three, 10),
    ])
    const log = await wholeLog(store)
    for (const name of [one, two, three])
      assert.deepEqual(
        log.filter((event) => event.stream === name),
        (await wholeStream(store, name)).events,
      )
  }),
  holds('the pages of the log together are the log, whatever their size', async ({ store }) => {
    await fill(store)
    const whole = await wholeLog(store)
    assert.equal(whole.length, 9)
    for (let limit = 1; limit <= 10; limit++) assert.deepEqual(await pagedLog(store, limit), whole)
  }),
  holds('the log can be read on from after any event', async ({ store }) => {
    await fill(store)
    const whole = await wholeLog(store)
    for (const [index, event] of whole.entries())
      assert.deepEqual(await pagedLog(store, 4, O.some(event.position)), whole.slice(index + 1))
  }),
  holds('a page that leaves events out does not say that it is complete', async ({ store }) => {
    await fill(store)
    for (let limit = 1; limit < 9; limit++)
      assert.deepEqual([limit, (await logAfter(store, O.none, limit)).complete], [limit, false])
    assert.equal((await logAfter(store, O.none, 10)).complete, true)
  }),
  holds('with no append under way everything is settled', async ({ store }) => {
    await fill(store)
    const { events, settled } = await logAfter(store, O.none)
    const last = O.fromNullable(events.at(-1)?.position)
    assert.deepEqual(settled, last)
    assert.deepEqual(await logAfter(store, last), { events: [], settled: last, complete: true })
  }),
  holds('what is acknowledged is in every complete read that begins afterwards', async ({ store, other }) => {
    for (let number = 0; number < 20; number++) {
      const [writer, reader] = number % 2 === 0 ? [store, other] : [other, store]
      const { position } = await ok(writer.append(stream(`s-${number}`), noStream, [newEvent()]))
      const { events, complete } = await logAfter(reader, O.none)
      assert.deepEqual([complete, events.at(-1)?.position], [true, position])
    }
  }),
  holds('a read sees what is committed although other reads are under way', async ({ store, other }) => {
    await ok(store.append(one, noStream, batch(20)))
    const subscription = await ok(other.subscribe(O.none))
    const messages = subscription.messages[Symbol.asyncIterator]()
    await messages.next()
    const running = Array.from({ length: 5 }, () => logAfter(other, O.none, 3).catch(() => undefined))
    const { position } = await ok(store.append(one, atNumber(19), [newEvent()]))
    assert.equal((await wholeLog(other)).at(-1)?.position, position)
    await Promise.all(running)
    await subscription.cancel()
  }),
]

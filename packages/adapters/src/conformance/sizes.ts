import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import {
  batchLimitMax,
  eventBytesMax,
  noStream,
  pageLimitMax,
  revision,
  tooLarge,
} from '@detrics/keys-domain'
import type { EventStore, NewEvent, StreamId } from '@detrics/keys-domain'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  atNumber,
  batch,
  idsOf,
  newEvent,
  numbers,
  ok,
  refused,
  refusedAs,
  revisionsOf,
  stream,
  wholeLog,
  wholeStream,
} from './steps.js'

const one = stream('one')

/** An event of so many bytes; its characters are of two bytes each, so that counting them is not enough. */
const sized = (bytes: number): NewEvent =>
  newEvent({ metadata: '{}', data: `"${'é'.repeat((bytes - '{}""'.length) / 2)}"` })

export const sizeGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('the largest event is taken and one byte more is refused', async ({ store }) => {
    const largest = sized(eventBytesMax)
    await ok(store.append(one, noStream, [largest]))
    const larger = { ...newEvent(), data: largest.data, metadata: '{} ' }
    assert.deepEqual(
      await refused(store.append(one, atNumber(0), [newEvent(), larger])),
      tooLarge(1, eventBytesMax + 1, eventBytesMax),
    )
    const stored = await wholeLog(store)
    assert.equal(stored.length, 1)
    assert.equal(stored[0]?.data, largest.data)
  }),
  holds('the largest batch is taken and one event more is refused', async ({ store }) => {
    const events = batch(batchLimitMax)
    await refusedAs('InvalidRequest', store.append(one, noStream, [...events, newEvent()]))
    assert.deepEqual(await wholeLog(store), [])
    await ok(store.append(one, noStream, events))
    assert.deepEqual(idsOf(await wholeLog(store)), idsOf(events))
  }),
  holds('a stream longer than any page keeps its numbers, read from either end', async ({ store }) => {
    const length = await fillStream(store, one, pageLimitMax / batchLimitMax + 1)
    const { events, head } = await wholeStream(store, one)
    assert.equal(events.length, pageLimitMax)
    assert.ok(events.every(({ revision: number }, index) => number === BigInt(index)))
    assert.deepEqual(head, O.some(BigInt(length - 1)))
    const query = { stream: one, limit: pageLimitMax } as const
    const rest = await ok(store.readStream({ ...query, direction: 'forwards', from: revision(pageLimitMax) }))
    assert.deepEqual(revisionsOf(rest.events), numbers(length).slice(pageLimitMax))
    const last = await ok(store.readStream({ ...query, direction: 'backwards', from: 'end', limit: 3 }))
    assert.deepEqual(revisionsOf(last.events), numbers(length).slice(-3).toReversed())
  }),
]

/** Appends so many of the largest batches to a new stream; gives its length. */
export const fillStream = async (store: EventStore, name: StreamId, batches: number): Promise<number> => {
  for (let count = 0; count < batches; count++) {
    const expected = count === 0 ? noStream : atNumber(count * batchLimitMax - 1)
    await ok(store.append(name, expected, batch(batchLimitMax)))
  }
  return batches * batchLimitMax
}

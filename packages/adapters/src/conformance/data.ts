import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { batchLimitMax, eventBytesMax, noStream, pageLimitMax, tooLarge } from '@detrics/keys-domain'
import type { EventId, NewEvent, StreamId } from '@detrics/keys-domain'
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

/** JSON texts that lose something in a store which parses them, folds case, normalises or cuts. */
const texts = [
  '0',
  'false',
  'null',
  '""',
  '[]',
  '{}',
  '1.0',
  '-0',
  '1e2',
  '9007199254740993',
  '{"2":1,"1":2}',
  '{"a":1,"a":2}',
  ' { "spaced" : [ 1 , null ] } ',
  '{"__proto__":{"x":1}}',
  '"\\u0000 and \\ud800, escaped"',
  '"Ångström, A\u030angstro\u0308m"',
  '"שלום, \u202eright to left\u202c"',
  '"😀 𝒳 \u{10FFFF} \uFEFF \u2028"',
  `"it's \\"quoted\\"; -- %_?$1"`,
]

/** An event of so many bytes; its characters are of two bytes each, so that counting them is not enough. */
const sized = (bytes: number): NewEvent =>
  newEvent({ metadata: '{}', data: `"${'é'.repeat((bytes - '{}""'.length) / 2)}"` })

const contents: ReadonlyArray<EventStoreGuarantee> = [
  holds('data and metadata come back as the very text that was given', async ({ store, other }) => {
    const [first = '{}', ...rest] = texts
    const eventOf = (text: string): NewEvent => newEvent({ data: text, metadata: text })
    await ok(store.append(one, noStream, [eventOf(first), ...rest.map(eventOf)]))
    const stored = (await wholeStream(other, one)).events
    assert.deepEqual(
      stored.map(({ data, metadata }) => [data, metadata]),
      texts.map((text) => [text, text]),
    )
    assert.deepEqual(await wholeLog(other), stored)
  }),
  holds('an event comes back with all its fields, in the types of the port', async ({ store }) => {
    const event = newEvent({ type: 'KeyCreated', schema: 7 })
    const from = Date.now()
    const { position } = await ok(store.append(one, noStream, [event]))
    const [stored] = (await wholeStream(store, one)).events
    assert.ok(stored !== undefined)
    const { recordedAt, ...others } = stored
    assert.deepEqual(others, { ...event, stream: one, revision: 0n, position })
    assert.ok(Number.isInteger(recordedAt) && Math.abs(recordedAt - from) < 60_000)
    assert.deepEqual([typeof stored.revision, typeof stored.position], ['bigint', 'string'])
    assert.deepEqual(await wholeLog(store), [stored])
  }),
  holds('text that is no JSON, or that UTF-8 cannot carry, is refused', async ({ store }) => {
    for (const text of [
      '',
      '{',
      'undefined',
      "{'a':1}",
      '{"a":1}}',
      '"\u0000"',
      '"\ud800"',
      '"\udc00\ud800"',
    ]) {
      await refusedAs('InvalidRequest', store.append(one, noStream, [newEvent({ data: text })]))
      await refusedAs('InvalidRequest', store.append(one, noStream, [newEvent({ metadata: text })]))
    }
    assert.deepEqual(await wholeLog(store), [])
  }),
  holds(
    'a malformed id, type, schema number or stream is refused, never changed to fit',
    async ({ store }) => {
      const faults: ReadonlyArray<Partial<NewEvent>> = [
        { id: '' as EventId },
        { id: 'x' as EventId },
        { id: '0192B1E5-7F00-7ABC-8DEF-0123456789AB' as EventId },
        { type: '' },
        { type: 'with space' },
        { type: 'x'.repeat(65) },
        { schema: 0 },
        { schema: 1.5 },
        { schema: Number.NaN },
      ]
      for (const fault of faults)
        await refusedAs('InvalidRequest', store.append(one, noStream, [newEvent(fault)]))
      for (const name of [
        '',
        '.a',
        'a b',
        'a%',
        "a'",
        'ä',
        'x'.repeat(201),
      ] as ReadonlyArray<string> as ReadonlyArray<StreamId>) {
        await refusedAs('InvalidRequest', store.append(name, noStream, [newEvent()]))
        const query = { stream: name, direction: 'forwards', from: 'start', limit: 1 } as const
        await refusedAs('InvalidRequest', store.readStream(query))
      }
      assert.deepEqual(await wholeLog(store), [])
      await ok(store.append(stream('x'.repeat(200)), noStream, [newEvent({ type: 'x'.repeat(64) })]))
    },
  ),
  holds('what the caller does to its objects afterwards does not reach the log', async ({ store }) => {
    const event = { ...newEvent() }
    const { id, data } = event
    await ok(store.append(one, noStream, [event]))
    event.data = '"changed"'
    const [read] = await wholeLog(store)
    assert.ok(read !== undefined)
    Reflect.set(read, 'data', '"changed"')
    const [again] = await wholeLog(store)
    assert.deepEqual([again?.id, again?.data], [id, data])
  }),
]

const sizes: ReadonlyArray<EventStoreGuarantee> = [
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
  holds('a long stream keeps its numbers', async ({ store }) => {
    const batches = 4
    for (let count = 0; count < batches; count++)
      await ok(
        store.append(one, count === 0 ? noStream : atNumber(count * batchLimitMax - 1), batch(batchLimitMax)),
      )
    const { events, head } = await wholeStream(store, one)
    assert.deepEqual(revisionsOf(events), numbers(batches * batchLimitMax))
    assert.deepEqual(head, O.some(BigInt(batches * batchLimitMax - 1)))
    assert.ok(events.length <= pageLimitMax)
  }),
]

export const dataGuarantees: ReadonlyArray<EventStoreGuarantee> = [...contents, ...sizes]

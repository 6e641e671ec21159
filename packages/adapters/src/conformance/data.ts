import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventId, NewEvent, StreamId } from '@detrics/keys-domain'
import { follow, leave, untilCaughtUp } from './following.js'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { batch, logAfter, newEvent, ok, refused, refusedAs, stream, wholeLog, wholeStream } from './steps.js'

const one = stream('one')

/** Deep for data, and far from what parsers take. */
const nesting = 500

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
  '[9007199254740991,9007199254740992,9007199254740993,-9007199254740993]',
  '[1.10,1E400,123456789012345678901234567890.000000000000000001]',
  '{"":"","null":null,"nested":{"null":null}}',
  '{"9007199254740993":1,"-1":2,"01":3}',
  `${'['.repeat(nesting)}null${']'.repeat(nesting)}`,
  '"\\u0041\\/\\b \u007f"',
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

export const dataGuarantees: ReadonlyArray<EventStoreGuarantee> = [
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
  holds('numbers are bigint and positions text, wherever they are told', async ({ store, harness }) => {
    const appended = await ok(store.append(one, noStream, batch(2)))
    const conflict = await refused(store.append(one, noStream, batch(1)))
    assert.ok(conflict._tag === 'WrongExpectedRevision' && O.isSome(conflict.actual))
    const page = await wholeStream(store, one)
    const log = await logAfter(store, O.none)
    const follower = await follow(harness, store)
    const told = [...page.events, ...log.events, ...(await untilCaughtUp(follower))]
    await leave(follower)
    assert.ok(O.isSome(page.head) && O.isSome(log.settled))
    const revisions = [appended.first, appended.last, conflict.actual.value, page.head.value]
    for (const number of [...revisions, ...told.map(({ revision }) => revision)])
      assert.equal(typeof number, 'bigint')
    for (const text of [appended.position, log.settled.value, ...told.map(({ position }) => position)])
      assert.equal(typeof text, 'string')
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

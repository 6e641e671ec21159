import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { eventBytesMax, noStream, revision, wrongExpectedRevision } from '@detrics/keys-domain'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  appendSingly,
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

export const appendGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('the first event of a stream has revision 0', async ({ store }) => {
    const appended = await ok(store.append(one, noStream, [newEvent()]))
    assert.deepEqual([appended.outcome, appended.first, appended.last], ['Appended', 0n, 0n])
    assert.deepEqual(revisionsOf((await wholeStream(store, one)).events), [0n])
  }),
  holds('a batch is stored without gaps and in its order', async ({ store }) => {
    const events = batch(5)
    const appended = await ok(store.append(one, noStream, events))
    assert.deepEqual([appended.first, appended.last], [0n, 4n])
    const stored = (await wholeStream(store, one)).events
    assert.deepEqual(idsOf(stored), idsOf(events))
    assert.deepEqual(revisionsOf(stored), numbers(5))
  }),
  holds('a batch is stored whole or not at all', async ({ store }) => {
    const tooLarge = newEvent({ data: `"${'x'.repeat(eventBytesMax)}"` })
    assert.equal((await refused(store.append(one, noStream, [newEvent(), tooLarge])))._tag, 'TooLarge')
    await refusedAs('InvalidRequest', store.append(one, noStream, [newEvent(), newEvent({ data: '{' })]))
    assert.deepEqual(await wholeLog(store), [])
    assert.deepEqual(await wholeStream(store, one), { events: [], head: O.none })
  }),
  holds('separate appends continue the revisions of a stream', async ({ store }) => {
    await ok(store.append(one, noStream, batch(2)))
    const second = await ok(store.append(one, atNumber(1), batch(3)))
    assert.deepEqual([second.first, second.last], [2n, 4n])
    assert.deepEqual(revisionsOf((await wholeStream(store, one)).events), numbers(5))
  }),
  holds('NoStream is refused on a stream that exists, and its last revision is told', async ({ store }) => {
    await ok(store.append(one, noStream, batch(3)))
    assert.deepEqual(
      await refused(store.append(one, noStream, [newEvent()])),
      wrongExpectedRevision(one, O.some(revision(2))),
    )
  }),
  holds('At is refused below and above the last revision, which is told', async ({ store }) => {
    await ok(store.append(one, noStream, batch(3)))
    const expectedError = wrongExpectedRevision(one, O.some(revision(2)))
    for (const number of [0, 1, 3, 2 ** 40])
      assert.deepEqual(await refused(store.append(one, atNumber(number), [newEvent()])), expectedError)
    await ok(store.append(one, atNumber(2), [newEvent()]))
  }),
  holds('At is refused on a stream that does not exist', async ({ store }) => {
    assert.deepEqual(
      await refused(store.append(one, atNumber(0), [newEvent()])),
      wrongExpectedRevision(one, O.none),
    )
  }),
  holds('a refused append changes neither the stream nor the log', async ({ store, other }) => {
    await appendSingly(store, one, 2)
    const before = [await wholeStream(store, one), await wholeLog(store)]
    await refused(store.append(one, noStream, batch(2)))
    await refused(store.append(one, atNumber(0), batch(2)))
    await refused(store.append(stream('two'), atNumber(0), batch(2)))
    await refused(store.append(one, atNumber(1), [newEvent({ data: 'no JSON' })]))
    assert.deepEqual([await wholeStream(store, one), await wholeLog(store)], before)
    assert.deepEqual([await wholeStream(other, one), await wholeLog(other)], before)
    assert.equal((await ok(store.append(one, atNumber(1), [newEvent()]))).first, 2n)
  }),
  holds('streams with similar names do not leak into each other', async ({ store }) => {
    const names = ['a', 'A', 'a-1', 'a_1', 'a.1', 'a-', 'aa', 'a-10', '1', '01'].map(stream)
    for (const [index, name] of names.entries()) await ok(store.append(name, noStream, batch(index + 1)))
    for (const [index, name] of names.entries()) {
      const { events, head } = await wholeStream(store, name)
      assert.deepEqual(head, O.some(BigInt(index)))
      assert.deepEqual(revisionsOf(events), numbers(index + 1))
      assert.ok(events.every((event) => event.stream === name))
    }
  }),
  holds('what an append answers is what is read back', async ({ store }) => {
    await appendSingly(store, stream('before'), 2)
    const appended = await ok(store.append(one, noStream, batch(3)))
    const { events, head } = await wholeStream(store, one)
    assert.equal(events.at(0)?.revision, appended.first)
    assert.equal(events.at(-1)?.revision, appended.last)
    assert.equal(events.at(-1)?.position, appended.position)
    assert.deepEqual(head, O.some(appended.last))
  }),
]

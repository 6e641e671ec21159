import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream } from '@detrics/keys-domain'
import type { EventStore, StreamId } from '@detrics/keys-domain'
import { answered, holds, turns } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  appendSingly,
  atNumber,
  batch,
  idsOf,
  newEvent,
  numbers,
  ok,
  outcomes,
  revisionsOf,
  settledLog,
  stream,
  tagOf,
  wholeLog,
  wholeStream,
} from './steps.js'

const one = stream('one')
const writers = 16
const alternating = ({ store, other }: { store: EventStore; other: EventStore }): ReadonlyArray<EventStore> =>
  Array.from({ length: writers }, (_, index) => (index % 2 === 0 ? store : other))

const oneWinner = ['Appended', ...Array.from({ length: writers - 1 }, () => 'WrongExpectedRevision')]

export const concurrencyGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds(
    'of several creations of a stream at once exactly one wins, the others are told why',
    async (handles) => {
      const attempts = alternating(handles).map((store) => store.append(one, noStream, [newEvent()]))
      assert.deepEqual(await outcomes(attempts), oneWinner)
      assert.equal((await wholeLog(handles.store)).length, 1)
    },
  ),
  holds('of several appends after the same revision exactly one wins', async (handles) => {
    await appendSingly(handles.store, one, 3)
    const attempts = alternating(handles).map((store) => store.append(one, atNumber(2), batch(2)))
    assert.deepEqual(await outcomes(attempts), oneWinner)
    assert.deepEqual(revisionsOf((await wholeStream(handles.other, one)).events), numbers(5))
  }),
  holds('appends to different streams do not hinder each other', async (handles) => {
    const attempts = alternating(handles).map((store, index) =>
      store.append(stream(`s-${index}`), noStream, batch(3)),
    )
    assert.deepEqual(
      await outcomes(attempts),
      attempts.map(() => 'Appended'),
    )
    assert.equal((await wholeLog(handles.other)).length, 3 * writers)
  }),
  holds('a refused append does not harm another that is made at the same time', async ({ store }) => {
    const results = await outcomes([
      store.append(one, noStream, batch(2)),
      store.append(one, noStream, batch(2)),
      store.append(stream('two'), atNumber(7), batch(2)),
      store.append(stream('three'), noStream, batch(2)),
    ])
    assert.deepEqual(results, ['Appended', 'Appended', 'WrongExpectedRevision', 'WrongExpectedRevision'])
    assert.equal((await wholeLog(store)).length, 4)
  }),
  holds('writers who decide again after a conflict all get through, without a gap', async (handles) => {
    await answered(Promise.all(alternating(handles).map((store) => appendSomewhere(store, one))))
    assert.deepEqual(revisionsOf((await wholeStream(handles.store, one)).events), numbers(writers))
  }),
  holds(
    'what is settled during appends is a beginning of what is written, never with a hole',
    async (handles) => {
      const { store, other } = handles
      let written = false
      const writing = Promise.all(
        Array.from({ length: writers }, async (_, index) => {
          await ok(store.append(stream(`s-${index}`), noStream, batch(2)))
          await appendSomewhere(store, one)
        }),
      )
      const reading = async (): Promise<void> => {
        let seen: ReadonlyArray<string> = []
        while (!written) {
          const log = idsOf(await settledLog(other))
          assert.deepEqual(log.slice(0, seen.length), seen)
          const { events } = await wholeStream(other, one)
          assert.deepEqual(revisionsOf(events), numbers(events.length))
          seen = log
          await turns(1)
        }
      }
      await answered(Promise.all([writing.finally(() => (written = true)), reading()]))
      assert.equal((await wholeLog(other)).length, 3 * writers)
    },
  ),
]

const triesMax = 1_000

/** Appends one event wherever the stream ends, as a command does that is decided again after each conflict. */
const appendSomewhere = async (store: EventStore, name: StreamId): Promise<void> => {
  for (let count = 0; count < triesMax; count++) {
    const { head } = await ok(
      store.readStream({ stream: name, direction: 'backwards', from: 'end', limit: 1 }),
    )
    const appended = await store.append(name, O.isNone(head) ? noStream : at(head.value), [newEvent()])()
    if (E.isRight(appended)) return
    if (appended.left._tag !== 'WrongExpectedRevision') assert.fail(tagOf(appended.left))
  }
  assert.fail('never got through')
}

import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { batchLimitMax, pageLimitMax, revision } from '@detrics/keys-domain'
import type { EventStore, Position, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { fillStream } from './sizes.js'
import { logAfter, ok, stream } from './steps.js'

const length = 100_000
const one = stream('one')

/** What shows only in large logs, past the sizes that numbers of 16 bits have; it takes seconds. */
export const volumeSuite: ReadonlyArray<EventStoreGuarantee> = [
  holds('a stream of a hundred thousand events is whole, as a stream and in the log', async ({ store }) => {
    assert.equal(await fillStream(store, one, length / batchLimitMax), length)
    let read = 0
    for await (const events of streamPages(store, one)) {
      for (const event of events) assert.equal(event.revision, BigInt(read++))
    }
    assert.equal(read, length)
    let logged = 0
    let last = ''
    for await (const events of logPages(store)) {
      for (const event of events) {
        assert.equal(event.revision, BigInt(logged++))
        assert.ok(event.position > last)
        last = event.position
      }
    }
    assert.equal(logged, length)
  }),
]

const pagesMax = length / pageLimitMax + 1

const streamPages = async function* (
  store: EventStore,
  name: StreamId,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
  let from = 0
  for (let page = 0; page < pagesMax; page++) {
    const { events } = await ok(
      store.readStream({ stream: name, direction: 'forwards', from: revision(from), limit: pageLimitMax }),
    )
    yield events
    from += events.length
  }
}

const logPages = async function* (store: EventStore): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
  let after: O.Option<Position> = O.none
  for (let count = 0; count < pagesMax; count++) {
    const page = await logAfter(store, after)
    yield page.events
    if (page.complete) return
    after = page.settled
  }
}

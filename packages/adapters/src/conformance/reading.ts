import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream, pageLimitMax, position, revision, rewound } from '@detrics/keys-domain'
import type { EventStore, RecordedEvent, StreamQuery } from '@detrics/keys-domain'
import { endsWith, follow, leave } from './following.js'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import {
  appendSingly,
  batch,
  logAfter,
  ok,
  refused,
  refusedAs,
  revisionsOf,
  stream,
  wholeLog,
  wholeStream,
} from './steps.js'

const one = stream('one')
const size = 7

const eventsOf = async (
  store: EventStore,
  query: Omit<StreamQuery, 'stream'>,
): Promise<ReadonlyArray<RecordedEvent>> => (await ok(store.readStream({ stream: one, ...query }))).events

/** The query, and the revisions that it finds in a stream of seven events. */
const pages: ReadonlyArray<readonly [Omit<StreamQuery, 'stream'>, ReadonlyArray<bigint>]> = [
  [{ direction: 'forwards', from: 'start', limit: 1 }, [0n]],
  [{ direction: 'forwards', from: revision(0), limit: 2 }, [0n, 1n]],
  [{ direction: 'forwards', from: revision(5), limit: 2 }, [5n, 6n]],
  [{ direction: 'forwards', from: revision(5), limit: 9 }, [5n, 6n]],
  [{ direction: 'forwards', from: revision(6), limit: 1 }, [6n]],
  [{ direction: 'forwards', from: 'end', limit: 5 }, [6n]],
  [{ direction: 'forwards', from: revision(7), limit: 5 }, []],
  [{ direction: 'forwards', from: revision(2n ** 70n), limit: 5 }, []],
  [{ direction: 'backwards', from: 'end', limit: 2 }, [6n, 5n]],
  [{ direction: 'backwards', from: revision(3), limit: 2 }, [3n, 2n]],
  [{ direction: 'backwards', from: revision(1), limit: 9 }, [1n, 0n]],
  [{ direction: 'backwards', from: 'start', limit: 9 }, [0n]],
  [{ direction: 'backwards', from: revision(7), limit: 2 }, [6n, 5n]],
  [{ direction: 'backwards', from: revision(2n ** 70n), limit: 1 }, [6n]],
]

export const readingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('a stream read backwards is its mirror image', async ({ store }) => {
    await ok(store.append(one, noStream, batch(size)))
    const forwards = await wholeStream(store, one)
    const backwards = await wholeStream(store, one, 'backwards')
    assert.equal(forwards.events.length, size)
    assert.deepEqual(backwards, { ...forwards, events: forwards.events.toReversed() })
  }),
  holds('a page of a stream begins and ends where it was asked to', async ({ store }) => {
    await ok(store.append(one, noStream, batch(size)))
    for (const [query, expected] of pages) {
      const page = await ok(store.readStream({ stream: one, ...query }))
      assert.deepEqual(revisionsOf(page.events), expected)
      assert.deepEqual(page.head, O.some(BigInt(size - 1)))
    }
  }),
  holds('the pages of a stream together are the stream', async ({ store }) => {
    await ok(store.append(one, noStream, batch(size)))
    const { events: whole } = await wholeStream(store, one)
    for (let limit = 1; limit <= size; limit++) {
      const paged: Array<RecordedEvent> = []
      for (let from = 0; from < size; from += limit)
        paged.push(...(await eventsOf(store, { direction: 'forwards', from: revision(from), limit })))
      assert.deepEqual(paged, whole)
    }
  }),
  holds('a stream that does not exist is an empty page without a head', async ({ store }) => {
    await ok(store.append(stream('one-1'), noStream, batch(2)))
    for (const direction of ['forwards', 'backwards'] as const)
      for (const from of ['start', 'end', revision(0)] as const)
        assert.deepEqual(await ok(store.readStream({ stream: one, direction, from, limit: 5 })), {
          events: [],
          head: O.none,
        })
  }),
  holds('a limit that is not from 1 to the greatest is refused', async ({ store }) => {
    await ok(store.append(one, noStream, batch(2)))
    for (const limit of [0, -1, 1.5, Number.NaN, pageLimitMax + 1]) {
      const query = { stream: one, direction: 'forwards', from: 'start', limit } as const
      await refusedAs('InvalidRequest', store.readStream(query))
      await refusedAs('InvalidRequest', store.readAll(O.none, limit))
    }
    await ok(store.readAll(O.none, pageLimitMax))
  }),
  holds(
    'a position of another log, or beyond the end of this one, is told to be Rewound',
    async (handles) => {
      const { store, other, harness } = handles
      await appendSingly(store, one, 4)
      const behind = (await wholeLog(store)).at(-1)?.position
      const foreign = await harness.open()
      try {
        await appendSingly(foreign, one, 3)
        const [, second, third] = await wholeLog(foreign)
        assert.ok(behind !== undefined && second !== undefined && third !== undefined)
        for (const [log, position] of [
          [foreign, behind],
          [store, second.position],
          [other, third.position],
        ] as const) {
          assert.deepEqual(await refused(log.readAll(O.some(position), 10)), rewound)
          const follower = await follow(harness, log, O.some(position))
          await endsWith(follower, rewound)
          await leave(follower)
        }
        assert.deepEqual(await logAfter(foreign, O.some(second.position)), {
          events: [third],
          settled: O.some(third.position),
          complete: true,
        })
      } finally {
        await foreign.close()
      }
    },
  ),
  holds('a position that the store did not issue is refused', async ({ store }) => {
    for (const text of ['', '0', 'x'.repeat(28), '-000000000000000001-00000000', '1 OR 1=1']) {
      await refusedAs('InvalidRequest', store.readAll(O.some(position(text)), 1))
      await refusedAs('InvalidRequest', store.subscribe(O.some(position(text))))
    }
  }),
]

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pageLimitMax } from '@detrics/keys-domain'
import type { LogPage, RecordedEvent, StreamPage } from '@detrics/keys-domain'
import { mutant, onLog, onStream } from './mutate.js'
import type { Mutants, Mutation } from './mutate.js'

const repairsLimits: Mutation = (store) => {
  const repaired = (limit: number): number => Math.min(Math.max(Math.trunc(limit) || 1, 1), pageLimitMax)
  return {
    ...store,
    readStream: (query) => store.readStream({ ...query, limit: repaired(query.limit) }),
    readAll: (after, limit) => store.readAll(after, repaired(limit)),
  }
}

const leaksPrefixStreams: Mutation = (store) => ({
  ...store,
  readStream: (query) => async () => {
    const own = await store.readStream(query)()
    const log = await store.readAll(O.none, pageLimitMax)()
    if (E.isLeft(own) || E.isLeft(log)) return own
    const leaked = log.right.events.filter(
      ({ stream }) => stream !== query.stream && stream.startsWith(query.stream),
    )
    return E.right({ ...own.right, events: [...own.right.events, ...leaked] })
  },
})

const readsBackwardsFromTheStart: Mutation = (store) => ({
  ...store,
  readStream: (query) => async () => {
    if (query.direction === 'forwards') return store.readStream(query)()
    const page = await store.readStream({ ...query, direction: 'forwards', from: 'start' })()
    return E.map((found: StreamPage) => ({ ...found, events: found.events.toReversed() }))(page)
  },
})

const asText = (a: RecordedEvent, b: RecordedEvent): number =>
  String(a.revision) < String(b.revision) ? -1 : 1

export const readingMutants: Mutants = {
  readsBackwardsFromTheStart: mutant(
    'reads backwards the first events, not the last',
    readsBackwardsFromTheStart,
  ),
  readsForwardsOnly: mutant('reads forwards whatever direction is asked for', (store) => ({
    ...store,
    readStream: (query) => store.readStream({ ...query, direction: 'forwards' }),
  })),
  readsOneEventTooMany: mutant('gives one event of a stream more than was asked for', (store) => ({
    ...store,
    readStream: (query) => {
      const { limit } = query
      return store.readStream({ ...query, limit: limit >= 1 && limit < pageLimitMax ? limit + 1 : limit })
    },
  })),
  ordersRevisionsAsText: mutant(
    'puts revision 10 before revision 9',
    onStream((page) => ({
      ...page,
      events:
        (page.events[0]?.revision ?? 0n) <= (page.events.at(-1)?.revision ?? 0n)
          ? page.events.toSorted(asText)
          : page.events.toSorted(asText).toReversed(),
    })),
  ),
  cutsLongStreams: mutant('does not find what stands behind the longest page of a stream', (store) => ({
    ...store,
    readStream: (query) => async () =>
      E.map((page: StreamPage) => ({
        ...page,
        events: page.events.filter(({ revision }) => revision < BigInt(pageLimitMax)),
      }))(await store.readStream(query)()),
  })),
  takesAMissingStreamForAnEmptyOne: mutant(
    'says of a stream that does not exist that its head is 0',
    onStream((page) => ({ ...page, head: O.isNone(page.head) ? O.some(0n as never) : page.head })),
  ),
  leaksPrefixStreams: mutant('gives the events of streams whose names begin alike', leaksPrefixStreams),
  repairsLimits: mutant('makes a limit fit instead of refusing it', repairsLimits),
  takesMalformedPositionsForTheBeginning: mutant(
    'reads from the beginning after what is no position',
    (store) => ({
      ...store,
      readAll: (after, limit) => async () => {
        const page = await store.readAll(after, limit)()
        return E.isLeft(page) && page.left._tag === 'InvalidRequest' ? store.readAll(O.none, limit)() : page
      },
    }),
  ),
  doesNotNoticeARewind: mutant('reads on although the position is of another log', (store) => ({
    ...store,
    readAll: (after, limit) => async () => {
      const page = await store.readAll(after, limit)()
      const nothing: LogPage = { events: [], settled: after, complete: true }
      return E.isLeft(page) && page.left._tag === 'Rewound' ? E.right(nothing) : page
    },
  })),
  saysThatAnEmptyLogIsIncomplete: mutant(
    'says of an empty log that there is more',
    onLog((page, after) => ({
      ...page,
      complete: page.complete && (page.events.length > 0 || O.isSome(after)),
    })),
  ),
}

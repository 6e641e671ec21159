/*
 * Stores that break one promise each, to show that the kit notices. A mutant is a decorator of the honest store in
 * memory, and says which guarantees it breaks: these and no others must fail for it.
 */
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, closed, noStream, unavailable } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  Closed,
  EventId,
  EventStore,
  LogPage,
  NewEvent,
  RecordedEvent,
  Revision,
  StreamPage,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventStoreHarness } from '@detrics/keys-adapters/conformance'
import { memoryEventStore } from '@detrics/keys-adapters/memory'

export type Mutation = (store: EventStore) => EventStore

const onLog =
  (change: (page: LogPage, after: O.Option<string>) => LogPage): Mutation =>
  (store) => ({
    ...store,
    readAll: (after, limit) => async () =>
      E.map((page: LogPage) => change(page, after))(await store.readAll(after, limit)()),
  })

const onStream =
  (change: (page: StreamPage) => StreamPage): Mutation =>
  (store) => ({
    ...store,
    readStream: (query) => async () => E.map(change)(await store.readStream(query)()),
  })

const onEvents =
  (change: (event: RecordedEvent) => RecordedEvent): Mutation =>
  (store) =>
    onLog((page) => ({ ...page, events: page.events.map(change) }))(
      onStream((page) => ({ ...page, events: page.events.map(change) }))(store),
    )

type Messages = AsyncIterable<SubscriptionMessage>

const onSubscription =
  (change: (subscription: Subscription) => Subscription): Mutation =>
  (store) => ({
    ...store,
    subscribe: (after) => async () => E.map(change)(await store.subscribe(after)()),
  })

const onMessages = (change: (messages: Messages) => AsyncGenerator<SubscriptionMessage, void>): Mutation =>
  onSubscription((subscription) => ({ ...subscription, messages: change(subscription.messages) }))

type Append = EventStore['append']
type Result = E.Either<AppendError, Appended>

const ignoresTheExpectedRevision: Mutation = (store) => {
  const append: Append = (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (E.isRight(result) || result.left._tag !== 'WrongExpectedRevision') return result
    const { actual } = result.left
    return store.append(stream, O.isNone(actual) ? noStream : at(actual.value), events)()
  }
  return { ...store, append }
}

/** "Must not exist" taken as no check: the mistake of two well-known stores. */
const ignoresNoStream: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) =>
    (expected._tag === 'NoStream' ? ignoresTheExpectedRevision(store) : store).append(
      stream,
      expected,
      events,
    ),
})

const storesBatchesEventByEvent: Mutation = (store) => {
  const append: Append = (stream, expected, events) => async () => {
    let result: Result = E.left(unavailable('no event'))
    let first: Revision | undefined
    let next = expected
    for (const event of events) {
      result = await store.append(stream, next, [event])()
      if (E.isLeft(result)) return result
      first ??= result.right.first
      next = at(result.right.last)
    }
    return E.map((appended: Appended) => ({ ...appended, first: first ?? appended.first }))(result)
  }
  return { ...store, append }
}

/** Stores each call under ids of its own and gives the caller's back. */
const forgetsIds: Mutation = (store) => {
  const given = new Map<EventId, EventId>()
  const rename = (event: NewEvent): NewEvent => {
    const id = randomUUID() as string as EventId
    given.set(id, event.id)
    return { ...event, id }
  }
  const restored = onEvents((event) => ({ ...event, id: given.get(event.id) ?? event.id }))(store)
  const append: Append = (stream, expected, [first, ...rest]) => {
    const ids = [first, ...rest].map((event) => event.id)
    if (new Set(ids).size < ids.length) return store.append(stream, expected, [first, ...rest])
    return (): Promise<Result> => store.append(stream, expected, [rename(first), ...rest.map(rename)])()
  }
  const subscribe: EventStore['subscribe'] = (after) =>
    onMessages(async function* (messages) {
      for await (const message of messages)
        yield message._tag === 'Events'
          ? {
              ...message,
              events: message.events.map((event) => ({
                ...event,
                id: given.get(event.id) ?? event.id,
              })) as never,
            }
          : message
    })(store).subscribe(after)
  return { ...restored, append, subscribe }
}

/** Takes every known id for a retry. */
const overlooksConflicts: Mutation = (store) => {
  const append: Append = (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (E.isRight(result) || result.left._tag !== 'EventIdConflict') return result
    const log = await store.readAll(O.none, 10_000)()
    const known = E.isRight(log) ? log.right.events.find(({ id }) => id === events[0].id) : undefined
    if (known === undefined) return result
    const { revision, position } = known
    return E.right({ outcome: 'AlreadyAppended', first: revision, last: revision, position })
  }
  return { ...store, append }
}

const drops =
  (index: number) =>
  <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
    items.filter((_, at) => at !== index)

const repeatsAnEvent: Mutation = (store) => {
  let last: RecordedEvent | undefined
  return onLog((page, after) => {
    const again = last !== undefined && O.isSome(after) && after.value === last.position ? [last] : []
    const { length } = page.events
    last = page.events.at(-1)
    return { ...page, events: [...again, ...page.events].slice(0, Math.max(length, 1)) }
  })(store)
}

const leaksPrefixStreams: Mutation = (store) => ({
  ...store,
  readStream: (query) => async () => {
    const own = await store.readStream(query)()
    const log = await store.readAll(O.none, 10_000)()
    if (E.isLeft(own) || E.isLeft(log)) return own
    const leaked = log.right.events.filter(
      ({ stream }) => stream !== query.stream && stream.startsWith(query.stream),
    )
    return E.right({ ...own.right, events: [...own.right.events, ...leaked] })
  },
})

const saysCaughtUpFirst = onMessages(async function* (messages) {
  yield { _tag: 'CaughtUp' }
  yield* messages
})

const saysCaughtUpTwice = onMessages(async function* (messages) {
  for await (const message of messages) {
    if (message._tag === 'CaughtUp') yield message
    yield message
  }
})

const neverSaysDropped = onMessages(async function* (messages) {
  for await (const message of messages) if (message._tag !== 'Dropped') yield message
})

/** Takes a log without events for one that is not there. */
const dropsOnAnEmptyLog = onMessages(async function* (messages) {
  let empty = true
  for await (const message of messages) {
    if (message._tag === 'CaughtUp' && empty) return yield { _tag: 'Dropped', reason: unavailable('empty') }
    empty = false
    yield message
  }
})

const saysDroppedTwice = onMessages(async function* (messages) {
  for await (const message of messages) {
    yield message
    if (message._tag === 'Dropped') yield message
  }
})

const losesTheFirstLiveEvent = onMessages(async function* (messages) {
  let live = false
  for await (const message of messages) {
    if (message._tag === 'CaughtUp') live = true
    const [, ...rest] = message._tag === 'Events' && live ? message.events : []
    if (message._tag !== 'Events' || !live) yield message
    else if (rest.length > 0) yield { _tag: 'Events', events: rest as never }
  }
})

/** What it had read before the cancellation still goes out afterwards. */
const deliversAfterCancelling: Mutation = (store) => ({
  ...store,
  subscribe: (after) => async () => {
    const log = await store.readAll(after, 1)()
    const subscribed = await store.subscribe(after)()
    const events = E.isRight(log) ? log.right.events : []
    return E.map(({ messages, cancel }: Subscription): Subscription => {
      let cancelled = false
      return {
        messages: (async function* () {
          for await (const message of messages) {
            if (cancelled && events.length > 0) yield { _tag: 'Events', events: events as never }
            yield message
          }
        })(),
        cancel: () => {
          cancelled = true
          return cancel()
        },
      }
    })(subscribed)
  },
})

/** Each subscription starts a timer, and only closing the store ends it. */
const leaksTimers: Mutation = (store) => {
  const timers: Array<NodeJS.Timeout> = []
  return {
    ...store,
    subscribe: (after) => {
      timers.push(setTimeout(() => undefined, 60_000))
      return store.subscribe(after)
    },
    close: () => {
      timers.forEach(clearTimeout)
      return store.close()
    },
  }
}

const startsAtTheBeginning: Mutation = (store) => ({
  ...store,
  subscribe: (after) => async () => {
    const checked = await store.subscribe(after)()
    return E.isLeft(checked) ? checked : store.subscribe(O.none)()
  },
})

/** Answers reads of the log from what it read once, as a cache would, or a cursor that is kept open. */
const readsAnOldSnapshot: Mutation = (store) => {
  const pages = new Map<string, LogPage>()
  return {
    ...store,
    readAll: (after, limit) => async () => {
      const key = JSON.stringify([after, limit])
      const fresh = await store.readAll(after, limit)()
      if (E.isLeft(fresh)) return fresh
      const page = pages.get(key) ?? fresh.right
      if (page.events.length > 0) pages.set(key, page)
      return E.right(page)
    },
  }
}

const ordersTheLogByStream = onLog((page) => ({
  ...page,
  events: page.events.toSorted((a, b) => a.stream.localeCompare(b.stream) || Number(a.revision - b.revision)),
}))

const storesParsedData = onEvents((event) => ({ ...event, data: JSON.stringify(JSON.parse(event.data)) }))
const normalisesText = onEvents((event) => ({ ...event, data: event.data.normalize('NFC') }))
const dropsMetadata = onEvents((event) => ({ ...event, metadata: '{}' }))
const givesNumbersForRevisions = onStream((page) => ({
  ...page,
  events: page.events.map((event) => ({ ...event, revision: Number(event.revision) as never })),
}))

/** Cuts what is too long instead of refusing it. */
const cutsLongData: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (E.isRight(result) || result.left._tag !== 'TooLarge') return result
    const [first, ...rest] = events.map((event) =>
      event.data.length > 100_000 ? { ...event, data: '""' } : event,
    )
    return store.append(stream, expected, [first!, ...rest])()
  },
})

const sharesItsObjects: Mutation = (store) => {
  const kept = new Map<EventId, RecordedEvent>()
  return onEvents((event) => {
    const shared = kept.get(event.id) ?? { ...event }
    kept.set(event.id, shared)
    return shared
  })(store)
}

const staysOpen: Mutation = (store) => ({ ...store, close: () => Promise.resolve() })

/** `close` does not wait, so the answers come long after it. */
const closesTooEarly: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    return result
  },
})

const answersTheBatchSizeAsLast: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) => async () =>
    E.map((appended: Appended): Appended => ({ ...appended, last: BigInt(events.length) as Revision }))(
      await store.append(stream, expected, events)(),
    ),
})

const readsBackwardsFromTheStart: Mutation = (store) => ({
  ...store,
  readStream: (query) => async () => {
    const page = await store.readStream({
      ...query,
      direction: 'forwards',
      ...(query.direction === 'backwards' && { from: 'start' }),
    })()
    return query.direction === 'forwards'
      ? page
      : E.map((found: StreamPage) => ({ ...found, events: found.events.toReversed() }))(page)
  },
})

const repairsLimits: Mutation = (store) => {
  const repaired = (limit: number): number => Math.min(Math.max(Math.trunc(limit) || 1, 1), 10_000)
  return {
    ...store,
    readStream: (query) => store.readStream({ ...query, limit: repaired(query.limit) }),
    readAll: (after, limit) => store.readAll(after, repaired(limit)),
  }
}

const takesForeignPositionsForTheBeginning: Mutation = (store) => ({
  ...store,
  readAll: (after, limit) => async () => {
    const page = await store.readAll(after, limit)()
    return E.isLeft(page) && page.left._tag === 'InvalidRequest' ? store.readAll(O.none, limit)() : page
  },
})

const isNeverAvailable: Mutation = (store) => {
  const fails = () => Promise.resolve(E.left(unavailable('never')))
  return {
    append: () => fails,
    readStream: () => fails,
    readAll: () => fails,
    subscribe: () => fails,
    close: store.close,
  }
}

const readsForwardsOnly: Mutation = (store) => ({
  ...store,
  readStream: (query) => store.readStream({ ...query, direction: 'forwards' }),
})

const readsOneEventTooMany: Mutation = (store) => ({
  ...store,
  readStream: (query) => {
    const { limit } = query
    return store.readStream({ ...query, limit: limit >= 1 && limit < 10_000 ? limit + 1 : limit })
  },
})

const answersTheFirstPosition: Mutation = (store) => {
  let first: Appended['position'] | undefined
  return {
    ...store,
    append: (stream, expected, events) => async () =>
      E.map((appended: Appended): Appended => {
        first ??= appended.position
        return { ...appended, position: first }
      })(await store.append(stream, expected, events)()),
  }
}

/** Stores `null` for what is no JSON. */
const takesAnyText: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (E.isRight(result) || result.left._tag !== 'InvalidRequest' || !/JSON/.test(result.left.detail))
      return result
    const [first, ...rest] = events.map((event) => ({ ...event, data: 'null', metadata: 'null' }))
    return store.append(stream, expected, [first!, ...rest])()
  },
})

/** Makes a malformed event fit. */
const repairsEvents: Mutation = (store) => ({
  ...store,
  append: (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (E.isRight(result) || result.left._tag !== 'InvalidRequest' || events.length > 1) return result
    return store.append(stream, expected, [{ ...events[0], type: events[0].type.slice(0, 64) }])()
  },
})

/** Refuses an append while another is under way, whatever stream it is for. */
const refusesAppendsAtOnce: Mutation = (store) => {
  let running = 0
  return {
    ...store,
    append: (stream, expected, events) => async () => {
      if (running > 0) return E.left(unavailable('busy'))
      running += 1
      return store
        .append(stream, expected, events)()
        .finally(() => (running -= 1))
    },
  }
}

const withoutLogs = (mutation: Mutation) => (): EventStoreHarness => ({
  persistent: false,
  open: () => Promise.resolve(mutation(memoryEventStore())),
})

/** A handle of its own on a log that others share. */
const handleOn = (store: EventStore): EventStore => {
  let isClosed = false
  const whileOpen =
    <L, A>(task: TaskEither<L, A>): TaskEither<L | Closed, A> =>
    () =>
      isClosed ? Promise.resolve(E.left(closed)) : task()
  return {
    append: (stream, expected, events) => whileOpen(store.append(stream, expected, events)),
    readStream: (query) => whileOpen(store.readStream(query)),
    readAll: (after, limit) => whileOpen(store.readAll(after, limit)),
    subscribe: (after) => whileOpen(store.subscribe(after)),
    close: () => {
      isClosed = true
      return Promise.resolve()
    },
  }
}

/** Says that its logs are kept, and opens an empty one each time. */
const losesTheLog = (): EventStoreHarness => {
  const open = () => Promise.resolve(memoryEventStore())
  return { persistent: true, open, reopen: open }
}

/** Says that its logs are gone when they are closed, and hands the old one out again. */
const keepsTheLog = (): EventStoreHarness => {
  const log = memoryEventStore()
  return { persistent: false, open: () => Promise.resolve(handleOn(log)) }
}

/** Closing any store closes the one that was opened last as well. */
const closesOtherStores = (): EventStoreHarness => {
  let latest: EventStore | undefined
  const open = (): Promise<EventStore> => {
    const store = memoryEventStore()
    latest = store
    return Promise.resolve({
      ...store,
      close: async () => {
        await Promise.all([store.close(), latest?.close()])
      },
    })
  }
  return { persistent: false, open }
}

const mutations = {
  ignoresTheExpectedRevision,
  ignoresNoStream,
  storesBatchesEventByEvent,
  forgetsIds,
  overlooksConflicts,
  skipsAnEvent: onLog((page) => ({
    ...page,
    events: page.events.length > 3 ? drops(2)(page.events) : page.events,
  })),
  repeatsAnEvent,
  ordersTheLogByStream,
  saysCompleteTooEarly: onLog((page) => ({ ...page, complete: true })),
  neverSaysComplete: onLog((page) => ({ ...page, complete: page.events.length === 0 })),
  saysAnEmptyLogIsIncomplete: onLog((page, after) => ({
    ...page,
    complete: page.complete && (page.events.length > 0 || O.isSome(after)),
  })),
  settlesNothing: onLog((page) => ({ ...page, settled: O.none })),
  readsAnOldSnapshot,
  leaksPrefixStreams,
  readsBackwardsFromTheStart,
  repairsLimits,
  takesForeignPositionsForTheBeginning,
  saysCaughtUpFirst,
  saysCaughtUpTwice,
  neverSaysDropped,
  dropsOnAnEmptyLog,
  saysDroppedTwice,
  losesTheFirstLiveEvent,
  deliversAfterCancelling,
  leaksTimers,
  startsAtTheBeginning,
  storesParsedData,
  normalisesText,
  dropsMetadata,
  givesNumbersForRevisions,
  cutsLongData,
  sharesItsObjects,
  answersTheBatchSizeAsLast,
  staysOpen,
  closesTooEarly,
  readsForwardsOnly,
  readsOneEventTooMany,
  answersTheFirstPosition,
  takesAnyText,
  repairsEvents,
  refusesAppendsAtOnce,
  isNeverAvailable,
} satisfies Record<string, Mutation>

/** Every mutant by its name; each call gives a harness of its own. */
export const mutants: Readonly<Record<string, () => EventStoreHarness>> = {
  ...Object.fromEntries(Object.entries(mutations).map(([name, mutation]) => [name, withoutLogs(mutation)])),
  losesTheLog,
  keepsTheLog,
  closesOtherStores,
}

import * as E from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type {
  AppendError,
  Appended,
  EventStore,
  LogPage,
  Position,
  RecordedEvent,
  StreamPage,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import type { EventStoreHarness } from '../harness.js'

/** A store that breaks one promise, made of one that keeps all: it shows that the kit notices. */
export interface Mutant {
  /** What it does, for tables. */
  readonly breaks: string
  readonly of: (honest: EventStoreHarness) => EventStoreHarness
}

export type Mutants = Readonly<Record<string, Mutant>>

/** Each handle is changed on its own. */
export type Mutation = (store: EventStore) => EventStore

export type Append = EventStore['append']
export type AppendResult = E.Either<AppendError, Appended>

/** A harness whose handles are all changed in the same way. */
export const decorate = (
  honest: EventStoreHarness,
  mutation: (store: EventStore) => EventStore | Promise<EventStore>,
): EventStoreHarness => {
  const inner = new WeakMap<EventStore, EventStore>()
  const changed = async (opened: Promise<EventStore>): Promise<EventStore> => {
    const store = await opened
    const mutant = await mutation(store)
    inner.set(mutant, store)
    return mutant
  }
  return {
    ...honest,
    open: () => changed(honest.open()),
    reopen: () => changed(honest.reopen()),
    loseNextReply: (mutant) => honest.loseNextReply(inner.get(mutant) ?? mutant),
  }
}

export const mutant = (breaks: string, mutation: Mutation): Mutant => ({
  breaks,
  of: (honest) => decorate(honest, mutation),
})

export const onAppend =
  (change: (store: EventStore, append: Append) => Append): Mutation =>
  (store) => ({ ...store, append: change(store, store.append) })

/** Changes the answer to an append; the call is given too. */
export const onAnswer = (
  change: (
    result: AppendResult,
    call: { readonly store: EventStore; readonly args: Parameters<Append> },
  ) => AppendResult | Promise<AppendResult>,
): Mutation =>
  onAppend((store, append) => (stream, expected, events) => async () => {
    const result = await append(stream, expected, events)()
    return change(result, { store, args: [stream, expected, events] })
  })

export const onLog =
  (change: (page: LogPage, after: Option<Position>) => LogPage): Mutation =>
  (store) => ({
    ...store,
    readAll: (after, limit) => async () =>
      E.map((page: LogPage) => change(page, after))(await store.readAll(after, limit)()),
  })

export const onStream =
  (change: (page: StreamPage) => StreamPage): Mutation =>
  (store) => ({
    ...store,
    readStream: (query) => async () => E.map(change)(await store.readStream(query)()),
  })

type Messages = AsyncIterable<SubscriptionMessage>
export type Rewritten = AsyncGenerator<SubscriptionMessage, void>

export const onSubscription =
  (change: (subscription: Subscription) => Subscription): Mutation =>
  (store) => ({
    ...store,
    subscribe: (after) => async () => E.map(change)(await store.subscribe(after)()),
  })

export const onMessages = (change: (messages: Messages) => Rewritten): Mutation =>
  onSubscription((subscription) => ({ ...subscription, messages: change(subscription.messages) }))

/** Changes events wherever they are read. */
export const onEvents =
  (change: (event: RecordedEvent) => RecordedEvent): Mutation =>
  (store) => {
    const inLog = onLog((page) => ({ ...page, events: page.events.map(change) }))
    const inStream = onStream((page) => ({ ...page, events: page.events.map(change) }))
    const inMessages = onMessages(async function* (messages) {
      for await (const message of messages) yield* eventsMessage(message, (events) => events.map(change))
    })
    return inMessages(inStream(inLog(store)))
  }

/** A message with other events in it, or none if no event is left; other messages as they are. */
export const eventsMessage = function* (
  message: SubscriptionMessage,
  change: (events: ReadonlyArray<RecordedEvent>) => ReadonlyArray<RecordedEvent>,
): Generator<SubscriptionMessage, void> {
  if (message._tag !== 'Events') return yield message
  const events = change(message.events)
  if (RA.isNonEmpty(events)) yield { _tag: 'Events', events }
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { closed, outcomeUnknown, unavailable } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  EventStore,
  LogPage,
  ReadError,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** What becomes of one append: it is never sent, or it is stored and the reply to it is lost. */
export type AppendFault = 'none' | 'not-written' | 'reply-lost'

/**
 * What goes wrong, as functions of the number of the call, from 0 on: the same plan gives the same faults. Appends,
 * reads and delivered messages are counted apart. A promise holds its call up until it is resolved.
 */
export interface FaultPlan {
  readonly append?: (call: number) => AppendFault
  /** Awaited after an append was sent and before it is carried out: appends that are sent later may come first. */
  readonly delayCommit?: (call: number) => Promise<void>
  readonly read?: (call: number) => 'none' | 'failed'
  /** Awaited after a read was made and before its result is handed out. */
  readonly holdRead?: (call: number) => Promise<void>
  /**
   * How many of the last events of a page of the log are not settled yet. They are handed out all the same, the last
   * one first, and come again after the checkpoint; a plan that always says so keeps a reader from getting on.
   */
  readonly unsettled?: (call: number) => number
  /** Awaited before a message of a subscription is handed out. */
  readonly holdMessage?: (message: number) => Promise<void>
}

/** A store on which things go wrong as planned; it never breaks a promise of the port. */
export const withFaults = (store: EventStore, plan: FaultPlan): EventStore => {
  const nextAppend = counter()
  const nextRead = counter()
  const nextMessage = counter()
  const delayed = new Set<Promise<unknown>>()
  let isClosed = false

  const reading = async <A>(
    read: TaskEither<ReadError, A>,
    change: (result: A, call: number) => A,
  ): Promise<E.Either<ReadError, A>> => {
    const call = nextRead()
    if (plan.read?.(call) === 'failed') return E.left(unavailable(`planned for read ${call}`))
    const result = await read()
    await plan.holdRead?.(call)
    return E.map((value: A) => change(value, call))(result)
  }

  const append: EventStore['append'] = (stream, expected, events) => {
    const send = store.append(stream, expected, events)
    return async () => {
      if (isClosed) return E.left(closed)
      const call = nextAppend()
      const fault = plan.append?.(call) ?? 'none'
      if (fault === 'not-written') return E.left(unavailable(`planned for append ${call}`))
      const delay = plan.delayCommit?.(call)
      const result = await (delay === undefined ? send() : untilDone(delayed, delay.then(send)))
      // A refusal came back from the store, so its reply cannot have been lost as well.
      return fault === 'reply-lost' && E.isRight(result)
        ? E.left(outcomeUnknown(`planned for append ${call}`))
        : result
    }
  }

  const held = (subscription: Subscription): Subscription => ({
    ...subscription,
    messages: {
      async *[Symbol.asyncIterator](): AsyncGenerator<SubscriptionMessage, void> {
        for await (const message of subscription.messages) {
          await plan.holdMessage?.(nextMessage())
          yield message
        }
      },
    },
  })

  return {
    append,
    readStream: (query) => () => reading(store.readStream(query), (page) => page),
    readAll: (after, limit) => () =>
      reading(store.readAll(after, limit), (page, call) => unsettle(page, plan.unsettled?.(call) ?? 0)),
    subscribe: (after) => async () => E.map(held)(await store.subscribe(after)()),
    // What was sent before is carried out, however late; what comes now is refused.
    close: async () => {
      isClosed = true
      await Promise.all(delayed)
      await store.close()
    },
  }
}

type AppendResult = E.Either<AppendError, Appended>

const untilDone = (running: Set<Promise<unknown>>, result: Promise<AppendResult>): Promise<AppendResult> => {
  running.add(result)
  return result.finally(() => running.delete(result))
}

/** The same page, with so many events fewer settled. */
const unsettle = (page: LogPage, count: number): LogPage => {
  const { events, settled } = page
  const before = events.filter(({ position }) => O.isSome(settled) && position <= settled.value).length
  if (count < 1 || before === 0) return page
  const kept = events.slice(0, Math.max(0, before - count))
  return {
    ...page,
    events: [...kept, ...events.slice(kept.length).toReversed()],
    settled: O.map(({ position }: { readonly position: (typeof events)[number]['position'] }) => position)(
      O.fromNullable(kept.at(-1)),
    ),
  }
}

const counter = (): (() => number) => {
  let count = 0
  return () => count++
}

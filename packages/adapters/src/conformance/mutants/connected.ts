import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import { outcomeUnknown, unavailable } from '@detrics/keys-domain'
import type { LogPage, SubscriptionMessage } from '@detrics/keys-domain'
import type { EventStoreHarness } from '../harness.js'
import { decorate, eventsMessage, mutant, onAnswer, onMessages, onSubscription } from './mutate.js'
import type { Mutant, Mutants, Mutation } from './mutate.js'

/** What a mutant knows of the line to its server. */
interface Line {
  /** How often the connection was lost. */
  readonly drops: () => number
  readonly stops: () => number
  readonly isAway: () => boolean
}

/** A mutant that behaves well as long as its connection is not lost. */
const whenLost = (breaks: string, mutationOf: (line: Line) => Mutation): Mutant => ({
  breaks,
  of: (honest) => {
    const { connection } = honest
    assert.ok(connection !== undefined, 'these mutants are made of a store that has a connection')
    let [drops, stops, away] = [0, 0, false]
    const line: Line = { drops: () => drops, stops: () => stops, isAway: () => away }
    const harness: EventStoreHarness = decorate(honest, mutationOf(line))
    return {
      ...harness,
      connection: {
        ...connection,
        interrupt: () => {
          drops += 1
          return connection.interrupt()
        },
        stopServer: () => {
          ;[drops, stops, away] = [drops + 1, stops + 1, true]
          return connection.stopServer()
        },
        startServer: () => {
          away = false
          return connection.startServer()
        },
      },
    }
  },
})

const never = <A>(): Promise<A> => new Promise(() => undefined)

/** Every call but `close` does something else while a condition holds. */
const instead = (
  isSo: () => boolean,
  answer: () => Promise<E.Either<ReturnType<typeof unavailable>, never>>,
): Mutation => {
  return (store) => ({
    append: (...args) => {
      const task = store.append(...args)
      return () => (isSo() ? answer() : task())
    },
    readStream: (query) => () => (isSo() ? answer() : store.readStream(query)()),
    readAll: (after, limit) => () => (isSo() ? answer() : store.readAll(after, limit)()),
    subscribe: (after) => () => (isSo() ? answer() : store.subscribe(after)()),
    close: store.close,
  })
}

/** Reads that could not be made find nothing instead. */
const findsNothing = (isSo: () => boolean): Mutation => {
  return (store) => ({
    ...store,
    readAll: (after, limit) => async () => {
      const page = await store.readAll(after, limit)()
      const nothing: LogPage = { events: [], settled: after, complete: true }
      return isSo() && E.isLeft(page) && page.left._tag === 'Unavailable' ? E.right(nothing) : page
    },
  })
}

/** What becomes of the first message with events after each loss. */
const onFirstAfterALoss = (
  { drops }: Line,
  change: (
    message: SubscriptionMessage,
    before: SubscriptionMessage | undefined,
  ) => ReadonlyArray<SubscriptionMessage>,
): Mutation =>
  onMessages(async function* (messages) {
    let seen = drops()
    let before: SubscriptionMessage | undefined
    for await (const message of messages) {
      const isFirst = drops() > seen && message._tag === 'Events'
      yield* isFirst ? change(message, before) : [message]
      if (message._tag !== 'Events') continue
      seen = drops()
      before = message
    }
  })

const forgetsTheLastAppend = ({ stops }: Line): Mutation => {
  let last: string | undefined
  let forgotten: string | undefined
  let seen = 0
  return (store) => {
    const look = (): void => {
      if (stops() === seen) return
      seen = stops()
      forgotten = last
    }
    const hides = (position: string): boolean => {
      look()
      return position === forgotten
    }
    const noted = onAnswer((result) => {
      look()
      if (E.isRight(result)) last = result.right.position
      return result
    })(store)
    return {
      ...onMessages(async function* (messages) {
        for await (const message of messages)
          yield* eventsMessage(message, (events) => events.filter(({ position }) => !hides(position)))
      })(noted),
      readAll: (after, limit) => async () =>
        E.map((page: LogPage) => ({
          ...page,
          events: page.events.filter(({ position }) => !hides(position)),
        }))(await noted.readAll(after, limit)()),
    }
  }
}

/** Mutants of stores with a connection; they are made of one that has `connection` and breaks no promise. */
export const connectedMutants: Mutants = {
  neverReconnects: whenLost(
    'cannot be reached any more once its connection was lost',
    ({ drops }) =>
      (store) => {
        const made = drops()
        return instead(
          () => drops() > made,
          () => Promise.resolve(E.left(unavailable('no connection'))),
        )(store)
      },
  ),
  hangsWhileTheServerIsAway: whenLost('does not answer while the server is away', ({ isAway }) =>
    instead(isAway, never),
  ),
  throwsWhileTheServerIsAway: whenLost('throws while the server is away', ({ isAway }) =>
    instead(isAway, () => Promise.reject(new Error('ECONNREFUSED'))),
  ),
  doubtsWhileTheServerIsAway: whenLost(
    'says of appends that were never sent that their outcome is unknown',
    ({ isAway }) =>
      onAnswer((result) =>
        isAway() && E.isLeft(result) && result.left._tag === 'Unavailable'
          ? E.left(outcomeUnknown(result.left.cause))
          : result,
      ),
  ),
  findsNothingWhileTheServerIsAway: whenLost('finds an empty log while the server is away', ({ isAway }) =>
    findsNothing(isAway),
  ),
  findsNothingWhenAReadIsLost: whenLost(
    'finds an empty log when the connection is lost under a read',
    ({ drops, isAway }) => findsNothing(() => drops() > 0 && !isAway()),
  ),
  callsALostAppendAFailure: mutant(
    'says that an append was not written when its connection was lost',
    onAnswer((result) =>
      E.isLeft(result) && result.left._tag === 'OutcomeUnknown' && result.left.cause.includes('connection')
        ? E.left(unavailable(result.left.cause))
        : result,
    ),
  ),
  endsSubscriptionsWithTheConnection: whenLost('ends a subscription whose connection is lost', ({ drops }) =>
    onMessages(async function* (messages) {
      const made = drops()
      for await (const message of messages) {
        if (drops() > made) return yield { _tag: 'Dropped', reason: unavailable('the connection was lost') }
        yield message
      }
    }),
  ),
  missesWhatCameMeanwhile: whenLost('misses the first events after a lost connection', (line) =>
    onFirstAfterALoss(line, () => []),
  ),
  repeatsAfterALoss: whenLost('delivers the last events again after a lost connection', (line) =>
    onFirstAfterALoss(line, (message, before) => (before === undefined ? [message] : [before, message])),
  ),
  endsSubscriptionsWithoutAReason: whenLost(
    'ends a subscription without a word when the server goes',
    ({ stops }) =>
      onMessages(async function* (messages) {
        const made = stops()
        for await (const message of messages) {
          if (stops() > made) return
          yield message
        }
      }),
  ),
  forgetsTheLastAppend: whenLost(
    'has forgotten the last append after a restart of the server',
    forgetsTheLastAppend,
  ),
  hangsWhenClosed: whenLost(
    'does not end closing once its connection was lost under a subscription',
    ({ drops }) =>
      (store) => {
        const made = drops()
        let open = 0
        return {
          ...onSubscription((subscription) => {
            open += 1
            const cancel = (): Promise<void> => {
              open -= 1
              return subscription.cancel()
            }
            return { ...subscription, cancel }
          })(store),
          close: () => (drops() > made && open > 0 ? store.close().then(never<void>) : store.close()),
        }
      },
  ),
  leavesSubscriptionsOpen: whenLost(
    'leaves a subscription open when it is closed after a loss',
    ({ drops }) =>
      onMessages(async function* (messages) {
        const made = drops()
        for await (const message of messages) {
          if (drops() > made && message._tag === 'Dropped' && message.reason !== 'Cancelled')
            await never<void>()
          yield message
        }
      }),
  ),
}

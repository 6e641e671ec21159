import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { pageLimitMax, unavailable } from '@detrics/keys-domain'
import type { Subscription, SubscriptionMessage } from '@detrics/keys-domain'
import { eventsMessage, mutant, onMessages } from './mutate.js'
import type { Mutants, Mutation, Rewritten } from './mutate.js'

/** What it had read before the cancellation still goes out afterwards. */
const deliversAfterCancelling: Mutation = (store) => ({
  ...store,
  subscribe: (after) => async () => {
    const log = await store.readAll(after, 1)()
    const subscribed = await store.subscribe(after)()
    const events = E.isRight(log) ? log.right.events : []
    return E.map(({ messages, cancel }: Subscription): Subscription => {
      let cancelled = false
      const late = async function* (): Rewritten {
        for await (const message of messages) {
          if (cancelled && RA.isNonEmpty(events)) yield { _tag: 'Events', events }
          yield message
        }
      }
      return {
        messages: late(),
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

const behindMax = 1_000

/** Counts what was appended since a consumer has asked last; `change` says what becomes of its message then. */
const whenBehind = (
  change: (message: SubscriptionMessage) => ReadonlyArray<SubscriptionMessage>,
): Mutation => {
  return (store) => {
    let appended = 0
    return {
      ...onMessages(async function* (messages) {
        let seen = appended
        for await (const message of messages) {
          const isBehind = appended - seen >= behindMax
          seen = appended
          if (isBehind && message._tag === 'Events') yield* change(message)
          else yield message
        }
      })(store),
      append: (stream, expected, events) => async () => {
        const result = await store.append(stream, expected, events)()
        if (E.isRight(result) && result.right.outcome === 'Appended') appended += events.length
        return result
      },
    }
  }
}

/** An append waits for the slowest consumer, and in vain when that has paused. */
const slowConsumersHoldUpAppends: Mutation = (store) => {
  const seen = new Map<number, number>()
  let appended = 0
  let opened = 0
  const counted = onMessages(async function* (messages) {
    const number = opened++
    seen.set(number, appended)
    for await (const message of messages) {
      seen.set(number, appended)
      yield message
    }
    seen.delete(number)
  })(store)
  return {
    ...counted,
    append: (stream, expected, events) => async () => {
      if ([...seen.values()].some((count) => appended - count > behindMax - 200))
        return E.left(unavailable('a consumer is too slow'))
      const result = await store.append(stream, expected, events)()
      if (E.isRight(result) && result.right.outcome === 'Appended') appended += events.length
      return result
    },
  }
}

const losesTheFirstLiveEvent = onMessages(async function* (messages) {
  let live = false
  for await (const message of messages) {
    if (message._tag === 'CaughtUp') live = true
    yield* eventsMessage(message, (events) => (live ? events.slice(1) : events))
  }
})

export const subscribingMutants: Mutants = {
  saysCaughtUpFirst: mutant(
    'says CaughtUp before anything else',
    onMessages(async function* (messages) {
      yield { _tag: 'CaughtUp' }
      yield* messages
    }),
  ),
  saysCaughtUpTwice: mutant(
    'says CaughtUp twice each time',
    onMessages(async function* (messages) {
      for await (const message of messages) {
        if (message._tag === 'CaughtUp') yield message
        yield message
      }
    }),
  ),
  neverSaysCaughtUpAgain: mutant(
    'says CaughtUp the first time only',
    onMessages(async function* (messages) {
      let isSaid = false
      for await (const message of messages) {
        if (message._tag !== 'CaughtUp' || !isSaid) yield message
        isSaid ||= message._tag === 'CaughtUp'
      }
    }),
  ),
  neverSaysDropped: mutant(
    'ends without saying why',
    onMessages(async function* (messages) {
      for await (const message of messages) if (message._tag !== 'Dropped') yield message
    }),
  ),
  saysDroppedTwice: mutant(
    'says Dropped twice',
    onMessages(async function* (messages) {
      for await (const message of messages) {
        yield message
        if (message._tag === 'Dropped') yield message
      }
    }),
  ),
  dropsOnAnEmptyLog: mutant(
    'takes a log without events for one that is not there',
    onMessages(async function* (messages) {
      let isEmpty = true
      for await (const message of messages) {
        if (message._tag === 'CaughtUp' && isEmpty)
          return yield { _tag: 'Dropped', reason: unavailable('empty') }
        isEmpty = false
        yield message
      }
    }),
  ),
  losesTheFirstLiveEvent: mutant('loses the first event after CaughtUp', losesTheFirstLiveEvent),
  skipsForSlowConsumers: mutant(
    'skips events for a consumer that has paused',
    whenBehind(() => []),
  ),
  dropsSlowConsumers: mutant(
    'ends the subscription of a consumer that has paused',
    whenBehind(() => [{ _tag: 'Dropped', reason: unavailable('too slow') }]),
  ),
  slowConsumersHoldUpAppends: mutant('refuses appends while a consumer pauses', slowConsumersHoldUpAppends),
  deliversAfterCancelling: mutant('delivers an event after it was cancelled', deliversAfterCancelling),
  harmsOthersWhenLeft: mutant('ends every subscription when one consumer leaves', (store) => {
    let left = false
    return onMessages(async function* (messages) {
      let isWhole = false
      try {
        for await (const message of messages) {
          if (left) return yield { _tag: 'Dropped', reason: unavailable('another one has left') }
          yield message
        }
        isWhole = true
      } finally {
        left ||= !isWhole
      }
    })(store)
  }),
  leaksTimers: mutant('keeps a timer for each subscription that there was', leaksTimers),
  startsWhenItIsRead: mutant('begins, from the end, where the log ends when it is first read', (store) => ({
    ...store,
    subscribe: (after) => async () => {
      const page = await store.readAll(after, 1)()
      const isAtEnd = O.isSome(after) && E.isRight(page) && page.right.events.length === 0
      const subscribed = await store.subscribe(after)()
      if (!isAtEnd || E.isLeft(subscribed)) return subscribed
      const late = async function* (): Rewritten {
        const log = await store.readAll(O.none, pageLimitMax)()
        const events = E.isRight(log) ? log.right.events : []
        const again = await store.subscribe(O.fromNullable(events.at(-1)?.position))()
        await subscribed.right.cancel()
        if (E.isRight(again)) yield* again.right.messages
      }
      return E.right({ ...subscribed.right, messages: late() })
    },
  })),
  startsAtTheBeginning: mutant('delivers the whole log wherever it is to begin', (store) => ({
    ...store,
    subscribe: (after) => async () => {
      const checked = await store.subscribe(after)()
      const page = await store.readAll(after, 1)()
      return E.isLeft(checked) || E.isLeft(page) ? checked : store.subscribe(O.none)()
    },
  })),
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type {
  EventStore,
  LogPage,
  Position,
  ReadError,
  RecordedEvent,
  Subscription,
  SubscriptionMessage,
} from '@detrics/keys-domain'
import type { Bell } from './bell.js'
import { after, rests } from './rest.js'
import type { Rests } from './rest.js'
import { jitterMs } from './task.js'

/** The most events in one message: bounds what a slow consumer holds in memory. */
export const messageEventsMax = 500
const readAttemptsMax = 6
const retryBaseMs = 50
const retryCapMs = 1_000

type ReadAll = EventStore['readAll']
type Result = IteratorResult<SubscriptionMessage, undefined>

/**
 * A subscription for any store that can read its log and ring a bell. It reads only when it is asked for the next
 * message, so a slow consumer costs nothing; and it says `CaughtUp` only after a read that found nothing more.
 */
export const subscription = (readAll: ReadAll, bell: Bell, from: O.Option<Position>): Subscription => {
  const waits = rests()
  const nextMessage = follow(readAll, bell, waits, from)
  let ended = false

  const step = async (): Promise<Result> => {
    if (ended) return { done: true, value: undefined }
    const value = await nextMessage()
    ended ||= value._tag === 'Dropped'
    return { done: false, value }
  }
  // Steps never overlap, also when a consumer asks for several messages at once.
  let latest: Promise<unknown> = Promise.resolve()
  const next = (): Promise<Result> => {
    const turn = latest.then(step)
    latest = turn
    return turn
  }
  const leave = (): Promise<Result> => {
    ended = true
    waits.stop()
    return Promise.resolve({ done: true, value: undefined })
  }
  return {
    messages: { [Symbol.asyncIterator]: () => ({ next, return: leave }) },
    // A message that is on its way arrives before the cancellation is answered, so none can come after.
    cancel: async () => {
      waits.stop()
      await latest
    },
  }
}

/** Each call gives the next message, and waits for it if need be. */
const follow = (readAll: ReadAll, bell: Bell, waits: Rests, from: O.Option<Position>) => {
  let position = from
  let caughtUp = false
  let ringsSeen = 0

  const read = async (): Promise<E.Either<'Cancelled' | ReadError, LogPage>> => {
    for (let attempt = 1; !waits.stopped(); attempt++) {
      // Counted before the read: a ring during it may tell of an event that the read did not see.
      ringsSeen = bell.rings()
      const page = await readAll(position, messageEventsMax)()
      const failed = E.isLeft(page) && page.left._tag === 'Unavailable'
      if (!waits.stopped() && (!failed || attempt === readAttemptsMax)) return page
      await waits.rest(after(jitterMs(attempt, retryBaseMs, retryCapMs)))
    }
    return E.left('Cancelled')
  }

  return async (): Promise<SubscriptionMessage> => {
    for (;;) {
      if (caughtUp && bell.rings() === ringsSeen) await waits.rest(bell.listen)
      const page = await read()
      if (E.isLeft(page)) return { _tag: 'Dropped', reason: page.left }
      const events = settledOf(page.right)
      if (RA.isNonEmpty(events)) {
        position = O.some(RNEA.last(events).position)
        caughtUp = false
        return { _tag: 'Events', events }
      }
      if (!caughtUp) {
        caughtUp = true
        return { _tag: 'CaughtUp' }
      }
    }
  }
}

const settledOf = ({ events, settled }: LogPage): ReadonlyArray<RecordedEvent> => {
  if (O.isNone(settled)) return []
  const last = events.at(-1)
  if (last === undefined || last.position <= settled.value) return events
  return events.filter((event) => event.position <= settled.value)
}

import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { revision, unavailable } from '@detrics/keys-domain'
import type { EventStore, LogPage, ReadError, RecordedEvent, SubscriptionMessage } from '@detrics/keys-domain'
import { bell } from '../src/shared/bell.js'
import { positionOf } from '../src/shared/position.js'
import { subscription } from '../src/shared/subscription.js'
import { newEvent, streamId } from './steps.js'

const recorded = (place: number): RecordedEvent => {
  const event = newEvent()
  return {
    ...event,
    stream: streamId('one'),
    revision: revision(place - 1),
    position: positionOf(place, event.id),
    recordedAt: 0,
  }
}
const log = [1, 2, 3].map(recorded)
const failure: E.Either<ReadError, LogPage> = E.left(unavailable('planned'))

/** A page of the log after a position, settled up to a place. */
const pageAfter = (after: O.Option<string>, settledPlace: number): E.Either<ReadError, LogPage> =>
  E.right({
    events: log.filter((event) => O.isNone(after) || event.position > after.value),
    settled: settledPlace === 0 ? O.none : O.fromNullable(log[settledPlace - 1]?.position),
    complete: true,
  })

const messagesOf = (readAll: EventStore['readAll'], wakeUp = bell()) => {
  const subscribed = subscription(readAll, wakeUp, O.none)
  const iterator = subscribed.messages[Symbol.asyncIterator]()
  const next = async (): Promise<SubscriptionMessage | undefined> => (await iterator.next()).value
  return { next, iterator, subscribed }
}

const tell = (message: SubscriptionMessage | undefined): string =>
  message?._tag === 'Events'
    ? message.events.map(({ position }) => Number(position.split('-')[0])).join()
    : (message?._tag ?? 'end')

describe('a subscription', () => {
  test('delivers an event only when it is settled', async () => {
    let settled = 0
    const wakeUp = bell()
    const { next } = messagesOf((after) => () => Promise.resolve(pageAfter(after, settled)), wakeUp)
    expect(tell(await next())).toBe('CaughtUp')
    const waiting = next()
    settled = 2
    wakeUp.ring()
    expect(tell(await waiting)).toBe('1,2')
    expect(tell(await next())).toBe('CaughtUp')
    settled = 3
    wakeUp.ring()
    expect(tell(await next())).toBe('3')
  })

  test('outlives a read that fails for a while', async () => {
    let reads = 0
    const { next } = messagesOf((after) => () => Promise.resolve(reads++ < 2 ? failure : pageAfter(after, 3)))
    expect(tell(await next())).toBe('1,2,3')
    expect(reads).toBe(3)
  })

  test('is dropped with the reason when the read goes on failing', async () => {
    let reads = 0
    const { next } = messagesOf(() => () => {
      reads += 1
      return Promise.resolve(failure)
    })
    expect(await next()).toEqual({ _tag: 'Dropped', reason: unavailable('planned') })
    expect(await next()).toBeUndefined()
    expect(reads).toBe(6)
  })

  test('can be cancelled while it waits for the next attempt', async () => {
    const { next, subscribed } = messagesOf(() => () => Promise.resolve(failure))
    const [message] = await Promise.all([next(), subscribed.cancel()])
    expect(message).toEqual({ _tag: 'Dropped', reason: 'Cancelled' })
  })

  test('gives its messages one after the other when several are asked for at once', async () => {
    const { next } = messagesOf((after) => () => Promise.resolve(pageAfter(after, 3)))
    const [first, second] = await Promise.all([next(), next()])
    expect([tell(first), tell(second)]).toEqual(['1,2,3', 'CaughtUp'])
  })

  test('takes part in a watch only while it waits', async () => {
    const watch: Array<string> = []
    const wakeUp = bell(() => {
      watch.push('started')
      return () => watch.push('stopped')
    })
    const { next, subscribed } = messagesOf((after) => () => Promise.resolve(pageAfter(after, 3)), wakeUp)
    await next()
    await next()
    expect(watch).toEqual([])
    const waiting = next()
    while (watch.length === 0) await Promise.resolve()
    await subscribed.cancel()
    await waiting
    expect(watch).toEqual(['started', 'stopped'])
  })
})

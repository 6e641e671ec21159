import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { LogPage, RecordedEvent, Subscription } from '@detrics/keys-domain'
import { mutant, onLog } from './mutate.js'
import type { Mutants, Mutation } from './mutate.js'

const repeatsAnEvent: Mutation = (store) => {
  let last: RecordedEvent | undefined
  return onLog((page, after) => {
    const again = last !== undefined && O.isSome(after) && after.value === last.position ? [last] : []
    const { length } = page.events
    last = page.events.at(-1)
    return { ...page, events: [...again, ...page.events].slice(0, Math.max(length, 1)) }
  })(store)
}

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

/** As a database does that reads by a cursor which stays open: every other read sees what the cursor sees. */
const readsBehindAnOpenSubscription: Mutation = (store) => {
  let isOpen = false
  let seen: LogPage | undefined
  return {
    ...store,
    subscribe: (after) => async () => {
      isOpen = true
      return E.map((subscription: Subscription): Subscription => ({
        ...subscription,
        cancel: () => {
          isOpen = false
          seen = undefined
          return subscription.cancel()
        },
      }))(await store.subscribe(after)())
    },
    readAll: (after, limit) => async () => {
      const page = await store.readAll(after, limit)()
      if (!isOpen || O.isSome(after) || E.isLeft(page)) return page
      seen ??= page.right
      return E.right(seen)
    },
  }
}

export const orderMutants: Mutants = {
  skipsAnEvent: mutant(
    'leaves an event out of a page of the log',
    onLog((page) => ({
      ...page,
      events: page.events.length > 3 ? page.events.filter((_, index) => index !== 2) : page.events,
    })),
  ),
  repeatsAnEvent: mutant('begins a page of the log with the last event of the page before', repeatsAnEvent),
  ordersTheLogByStream: mutant(
    'gives the log stream by stream',
    onLog((page) => ({
      ...page,
      events: page.events.toSorted(
        (a, b) => a.stream.localeCompare(b.stream) || Number(a.revision - b.revision),
      ),
    })),
  ),
  saysCompleteTooEarly: mutant(
    'says of every page that it is complete',
    onLog((page) => ({ ...page, complete: true })),
  ),
  neverSaysComplete: mutant(
    'says of no page with events that it is complete',
    onLog((page) => ({ ...page, complete: page.events.length === 0 })),
  ),
  settlesNothing: mutant(
    'never says that anything is settled',
    onLog((page) => ({ ...page, settled: O.none })),
  ),
  readsAnOldSnapshot: mutant('answers the same read with what it answered before', readsAnOldSnapshot),
  readsBehindAnOpenSubscription: mutant(
    'sees nothing new while a subscription is open',
    readsBehindAnOpenSubscription,
  ),
}

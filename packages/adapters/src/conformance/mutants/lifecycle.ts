import * as E from 'fp-ts/lib/Either.js'
import { closed, unavailable } from '@detrics/keys-domain'
import type { Closed, EventStore, SubscriptionMessage } from '@detrics/keys-domain'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { turns } from '../guarantee.js'
import type { EventStoreHarness } from '../harness.js'
import { decorate, mutant, onAnswer, onSubscription } from './mutate.js'
import type { Mutant, Mutants, Rewritten } from './mutate.js'

/** A handle of its own on a log that others share; closing it leaves the log open. */
const handleOn = (store: EventStore): EventStore => {
  const cancels = new Set<Task<void>>()
  let isClosed = false
  const whileOpen =
    <L, A>(task: TaskEither<L, A>): TaskEither<L | Closed, A> =>
    () =>
      isClosed ? Promise.resolve(E.left(closed)) : task()
  const followed = onSubscription((subscription) => {
    cancels.add(subscription.cancel)
    return { ...subscription, messages: closedAtTheEnd(subscription.messages, () => isClosed) }
  })(store)
  return {
    append: (stream, expected, events) => whileOpen(store.append(stream, expected, events)),
    readStream: (query) => whileOpen(store.readStream(query)),
    readAll: (after, limit) => whileOpen(store.readAll(after, limit)),
    subscribe: (after) => whileOpen(followed.subscribe(after)),
    close: async () => {
      isClosed = true
      await Promise.all([...cancels].map((cancel) => cancel()))
    },
  }
}

const closedAtTheEnd = async function* (
  messages: AsyncIterable<SubscriptionMessage>,
  isClosed: () => boolean,
): Rewritten {
  for await (const message of messages)
    yield message._tag === 'Dropped' && isClosed() ? { ...message, reason: closed } : message
}

/** One log for all that are opened. */
const sharesOneLog = (honest: EventStoreHarness): EventStoreHarness => {
  const log = honest.open()
  const open = (): Promise<EventStore> => log
  return decorate({ ...honest, open, reopen: open }, handleOn)
}

/** Hands the log of a store that was closed out again. */
const keepsTheLog = (honest: EventStoreHarness): EventStoreHarness => {
  let latest = honest.open()
  const open = (): Promise<EventStore> => {
    latest = honest.open()
    return latest
  }
  const absent = honest.absent.filter((name) => name !== 'persistent')
  return decorate({ ...honest, absent: [...absent, 'persistent'], open, reopen: () => latest }, handleOn)
}

const closesOtherStores: Mutant = {
  breaks: 'closes the store that was opened last together with any other',
  of: (honest) => {
    let latest: EventStore | undefined
    return decorate(honest, (store) => {
      latest = store
      return {
        ...store,
        close: async () => {
          await Promise.all([store.close(), latest?.close()])
        },
      }
    })
  },
}

export const lifecycleMutants: Mutants = {
  isNeverAvailable: mutant('answers every call that it cannot be reached', (store) => {
    const fails = () => Promise.resolve(E.left(unavailable('never')))
    return {
      append: () => fails,
      readStream: () => fails,
      readAll: () => fails,
      subscribe: () => fails,
      close: store.close,
    }
  }),
  staysOpen: mutant('does nothing when it is closed', (store) => ({
    ...store,
    close: () => Promise.resolve(),
  })),
  closesTooEarly: mutant(
    'does not wait with closing for the appends that are under way',
    onAnswer(async (result) => {
      await turns(5)
      return result
    }),
  ),
  throwsWhenClosedUnderARead: mutant('throws when it is closed while it reads', (store) => {
    let isClosed = false
    return {
      ...store,
      readAll: (after, limit) => async () => {
        const page = await store.readAll(after, limit)()
        await turns(1)
        if (isClosed && E.isRight(page)) throw new Error('the database is not open')
        return page
      },
      close: () => {
        isClosed = true
        return store.close()
      },
    }
  }),
  leaksTimersOfHandles: mutant('keeps a timer for each handle that there was', (store) => {
    const timer = setTimeout(() => undefined, leakMs)
    return {
      ...store,
      close: async () => {
        await store.close()
        timer.refresh()
      },
    }
  }),
  closesOtherStores,
  losesTheLog: {
    breaks: 'says that its logs outlive their handles, and opens an empty one each time',
    of: (honest) => ({
      ...honest,
      absent: honest.absent.filter((name) => name !== 'persistent'),
      reopen: honest.open,
    }),
  },
  keepsTheLog: {
    breaks: 'says that its logs are gone with their handles, and hands them out again',
    of: keepsTheLog,
  },
  sharesOneLog: { breaks: 'opens the same log for all', of: sharesOneLog },
}

/** Long enough to be found, short enough not to keep a process up for long. */
const leakMs = 5_000

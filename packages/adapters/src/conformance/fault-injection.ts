import * as E from 'fp-ts/lib/Either.js'
import { outcomeUnknown, unavailable } from '@detrics/keys-domain'
import type { EventStore, ReadError, Subscription, SubscriptionMessage } from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** What becomes of one append: it is never sent, or it is stored and the reply to it is lost. */
export type AppendFault = 'none' | 'not-written' | 'reply-lost'

/**
 * What goes wrong, as functions of the number of the call, from 0 on: the same plan gives the same faults. Appends,
 * reads and delivered messages are counted apart. A promise holds its call up until it is resolved.
 */
export interface FaultPlan {
  readonly append?: (call: number) => AppendFault
  readonly read?: (call: number) => 'none' | 'failed'
  /** Awaited after a read was made and before its result is handed out. */
  readonly holdRead?: (call: number) => Promise<void>
  /** Awaited before a message of a subscription is handed out. */
  readonly holdMessage?: (message: number) => Promise<void>
}

/** A store on which things go wrong as planned; it never breaks a promise of the port. */
export const withFaults = (store: EventStore, plan: FaultPlan): EventStore => {
  const nextAppend = counter()
  const nextRead = counter()
  const nextMessage = counter()

  const reading =
    <A>(read: TaskEither<ReadError, A>): TaskEither<ReadError, A> =>
    async () => {
      const call = nextRead()
      if (plan.read?.(call) === 'failed') return E.left(unavailable(`planned for read ${call}`))
      const result = await read()
      await plan.holdRead?.(call)
      return result
    }

  const append: EventStore['append'] = (stream, expected, events) => async () => {
    const call = nextAppend()
    const fault = plan.append?.(call) ?? 'none'
    if (fault === 'not-written') return E.left(unavailable(`planned for append ${call}`))
    const result = await store.append(stream, expected, events)()
    // A refusal came back from the store, so its reply cannot have been lost as well.
    return fault === 'reply-lost' && E.isRight(result)
      ? E.left(outcomeUnknown(`planned for append ${call}`))
      : result
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
    readStream: (query) => reading(store.readStream(query)),
    readAll: (after, limit) => reading(store.readAll(after, limit)),
    subscribe: (after) => async () => E.map(held)(await store.subscribe(after)()),
    close: store.close,
  }
}

export interface FaultShares {
  /** Of all appends: the share that is not written, and the share whose reply is lost. */
  readonly notWritten: number
  readonly replyLost: number
  /** Of all reads: the share that fails. */
  readonly readFailed: number
}

/** A plan that looks random and is repeated by its seed. */
export const seededFaults = (seed: number, shares: FaultShares): FaultPlan => ({
  append: (call) => {
    const share = shareOf(seed, call)
    if (share < shares.notWritten) return 'not-written'
    return share < shares.notWritten + shares.replyLost ? 'reply-lost' : 'none'
  },
  read: (call) => (shareOf(~seed, call) < shares.readFailed ? 'failed' : 'none'),
})

/** From 0 to 1, mixed of two numbers (the finish of MurmurHash3). */
const shareOf = (seed: number, call: number): number => {
  let mixed = Math.imul(seed ^ Math.imul(call + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

const counter = (): (() => number) => {
  let count = 0
  return () => count++
}

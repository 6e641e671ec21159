import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore, SubscriptionMessage } from '@detrics/keys-domain'
import { follow } from '../following.js'
import type { Follower } from '../following.js'
import { answered, holds } from '../guarantee.js'
import type { EventStoreGuarantee, Handles } from '../guarantee.js'
import type { Check } from './check.js'
import { batch, idsOf, logAfter, ok, stream } from '../steps.js'

type Act = 'append' | 'next' | 'cancel' | 'close'

const actsMax = 30

/** Whatever happens to a subscription in whatever order, it does what its promise says and nothing else. */
export const subscriptionProperty = (check: Check): EventStoreGuarantee =>
  holds(
    'a subscription keeps its promises in whatever order it is read, cancelled and closed',
    async (handles) => {
      let run = 0
      await check((fc) => {
        const acts = fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.constant<Act>('append') },
            { weight: 8, arbitrary: fc.constant<Act>('next') },
            { weight: 1, arbitrary: fc.constant<Act>('cancel') },
            { weight: 1, arbitrary: fc.constant<Act>('close') },
          ),
          { maxLength: actsMax },
        )
        return fc.asyncProperty(acts, async (drawn) => {
          run += 1
          await showPromises(handles, drawn, run)
        })
      })
    },
  )

/** What is known of a subscription. */
interface State {
  readonly store: EventStore
  /** The store of the subscription, which may be closed; what is appended goes through the other one. */
  readonly appended: Array<string>
  readonly delivered: Array<string>
  caughtUp: boolean
  ending: ReadonlyArray<'Cancelled' | 'Closed'>
  ended: boolean
}

const showPromises = async (
  { store, harness }: Handles,
  acts: ReadonlyArray<Act>,
  run: number,
): Promise<void> => {
  const log = (await logAfter(store, O.none)).events
  const isShared = !harness.absent.includes('persistent')
  const own = isShared ? await harness.reopen() : await harness.open()
  const writer = isShared ? store : own
  const start = isShared ? O.fromNullable(log.at(-1)?.position) : O.none
  const follower = await follow(harness, own, start)
  const state: State = {
    store: own,
    appended: [],
    delivered: [],
    caughtUp: false,
    ending: [],
    ended: false,
  }
  let count = 0
  const append = async (): Promise<void> => {
    // A log that only one handle has is closed with it.
    if (!isShared && state.ending.includes('Closed')) return
    const events = batch(1 + (count % 3))
    await ok(writer.append(stream(`${run}-${count++}`), noStream, events))
    state.appended.push(...idsOf(events))
  }
  try {
    for (const act of acts) await carryOut(act, { state, follower, append })
    if (state.ending.length > 0) await carryOut('next', { state, follower, append })
  } finally {
    await answered(own.close())
  }
}

interface Scene {
  readonly state: State
  readonly follower: Follower
  readonly append: () => Promise<void>
}

const carryOut = async (act: Act, { state, follower, append }: Scene): Promise<void> => {
  switch (act) {
    case 'append':
      return append()
    case 'cancel':
      await answered(follower.subscription.cancel())
      state.ending = [...state.ending, 'Cancelled']
      return
    case 'close':
      await answered(state.store.close())
      state.ending = [...state.ending, 'Closed']
      return
    case 'next': {
      const waits = state.caughtUp && state.appended.length === state.delivered.length
      const message = follower.next()
      if (waits && state.ending.length === 0) await append()
      return judge(state, await message)
    }
  }
}

const judge = (state: State, message: SubscriptionMessage | 'end'): void => {
  if (state.ended) return assert.equal(message, 'end')
  if (state.ending.length > 0) {
    assert.ok(message !== 'end' && message._tag === 'Dropped')
    const { reason } = message
    assert.ok(
      state.ending.includes(reason === 'Cancelled' || reason._tag === 'Closed' ? tagOf(reason) : 'Closed'),
    )
    state.ended = true
    return
  }
  assert.ok(message !== 'end' && message._tag !== 'Dropped', 'it ended without a cause')
  const due = state.appended.slice(state.delivered.length)
  if (message._tag === 'CaughtUp') {
    assert.ok(!state.caughtUp && due.length === 0, 'CaughtUp came too often or too early')
    state.caughtUp = true
    return
  }
  const ids = idsOf(message.events)
  assert.deepEqual(ids, due.slice(0, ids.length))
  state.delivered.push(...ids)
  state.caughtUp = false
}

const tagOf = (reason: 'Cancelled' | { readonly _tag: 'Closed' }): 'Cancelled' | 'Closed' =>
  reason === 'Cancelled' ? reason : reason._tag

import { describe, expect, test } from '@jest/globals'
import type { KeyId } from '@detrics/keys-domain'
import { openKeys, type Instant } from '@detrics/keys'
import { unavailable } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { watches } from '../src/watches.js'
import {
  aborted,
  altered,
  day,
  make,
  member,
  memoryStores,
  movableClock,
  right,
  use,
  worlds,
} from './harness.js'

describe.each(worlds)('a watched key on %s', (_, withWorld) => {
  test(
    'is noticed to be revoked through the same front door and through another',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      const { keyId, secret } = await make(here)
      const untouched = await make(here, { name: 'Other' })
      await there.verify(secret, use)()
      const watched = [here.watch(keyId), there.watch(keyId), there.watch(keyId)]
      const calm = there.watch(untouched.keyId)
      expect(watched.map(({ signal }) => signal.aborted)).toEqual([false, false, false])
      await right(here.revoke({ workspaceId: 'acme', keyId, actor: member }))
      await Promise.all(watched.map(({ signal }) => aborted(signal)))
      expect(calm.signal.aborted).toBe(false)
      calm.release()
    }),
  )

  test(
    'is noticed to be revoked by the verification that refuses it, before that answers',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      const { keyId, secret } = await make(here)
      await there.verify(secret, use)()
      const { signal } = there.watch(keyId)
      await right(here.revoke({ workspaceId: 'acme', keyId, actor: member }))
      await there.verify(secret, use)()
      expect(signal.aborted).toBe(true)
    }),
  )

  test(
    'is noticed to expire, and to retire',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const expiring = await make(keys, { expiresAt: (clock.now() + day) as Instant })
      const retiring = await make(keys, { name: 'Old' })
      await right(keys.replace({ workspaceId: 'acme', keyId: retiring.keyId, actor: member }))
      await keys.verify(retiring.secret, use)()
      const signals = [expiring, retiring].map(({ keyId }) => keys.watch(keyId).signal)
      clock.advance(day - 1)
      await keys.verify(retiring.secret, use)()
      expect(signals.map((signal) => signal.aborted)).toEqual([false, false])
      clock.advance(1)
      await Promise.all(signals.map(aborted))
    }),
  )

  test(
    'that has ended already, or does not exist, fires at once',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      await right(keys.revoke({ workspaceId: 'acme', keyId, actor: member }))
      await keys.verify(secret, use)()
      expect(keys.watch(keyId).signal.aborted).toBe(true)
      expect(keys.watch('0192f0c5-7b3a-7c31-8a44-c0ffee000001' as KeyId).signal.aborted).toBe(true)
    }),
  )
})

test('a watched key is noticed to be revoked elsewhere though the log was away for longer than anybody waits', async () => {
  let down = false
  let subscriptions = 0
  const stores = altered(memoryStores(), ({ subscribe, readAll }) => ({
    close: () => Promise.resolve(),
    readAll: (...given) =>
      down ? () => Promise.resolve(E.left(unavailable('switched off'))) : readAll(...given),
    // The subscriptions that were there when the log went away have ended, as after many failed reads.
    subscribe: (after) => async () => {
      subscriptions += 1
      const isEnding = subscriptions <= 2
      return E.map((subscription: { readonly cancel: () => Promise<void> }) => {
        if (isEnding) void subscription.cancel()
        return subscription as never
      })(await subscribe(after)())
    },
  }))
  const here = await right(openKeys({ store: stores, clock: movableClock() }))
  const there = await right(openKeys({ store: stores, clock: movableClock() }))
  const { keyId, secret } = await make(here)
  await there.verify(secret, use)()
  const { signal } = there.watch(keyId)
  down = true
  await right(here.revoke({ workspaceId: 'acme', keyId, actor: member }))
  expect(signal.aborted).toBe(false)
  down = false
  await aborted(signal)
  await here.close()
  await there.close()
})

describe('the watches', () => {
  const key = (number: number): KeyId => `key ${number}` as KeyId

  test('ask about a key only while somebody watches it', () => {
    const asked: Array<KeyId> = []
    const { watch, look, lookAtAll } = watches(
      (keyId) => {
        asked.push(keyId)
        return false
      },
      () => 0 as Instant,
    )
    const first = watch(key(1))
    const second = watch(key(1))
    watch(key(2)).release()
    asked.length = 0
    look(key(2))
    lookAtAll()
    expect(asked).toEqual([key(1)])
    first.release()
    first.release()
    lookAtAll()
    expect(asked).toEqual([key(1), key(1)])
    second.release()
    lookAtAll()
    look(key(1))
    expect(asked).toEqual([key(1), key(1)])
  })

  test('do not fire what was released, and do not forget who watches anew', () => {
    const ended = new Set<KeyId>()
    const { watch, look } = watches(
      (keyId) => ended.has(keyId),
      () => 0 as Instant,
    )
    const released = watch(key(1))
    released.release()
    const kept = watch(key(1))
    released.release()
    ended.add(key(1))
    look(key(1))
    expect([released.signal.aborted, kept.signal.aborted]).toEqual([false, true])
    kept.release()
    expect(watch(key(1)).signal.aborted).toBe(true)
  })
})

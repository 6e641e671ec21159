import { describe, expect, test } from '@jest/globals'
import { revision, type EventStore } from '@detrics/keys-domain'
import { openKeys, type Instant, type Keys } from '@detrics/keys'
import {
  altered,
  left,
  make,
  member,
  memoryStores,
  movableClock,
  right,
  told,
  trailOf,
  use,
  worlds,
} from './harness.js'

const acme = { workspaceId: 'acme', actor: member }

const makeSome = async (keys: Keys, count: number) => {
  const made = []
  for (let number = 1; number <= count; number += 1) made.push(await make(keys, { name: `Key ${number}` }))
  return made
}

describe.each(worlds)('several keys at once on %s', (_, withWorld) => {
  test(
    'are revoked together: no front door accepts any of them after the reply, and each has its line in the activity',
    withWorld(async ({ open, clock }) => {
      const here = await open()
      const there = await open()
      const made = await makeSome(here, 20)
      const keyIds = made.map(({ keyId }) => keyId)
      const { keys, revokedCount } = await right(
        here.revokeMany({ ...acme, keyIds, reason: 'leaked', note: 'In a log.' }),
      )
      expect(revokedCount).toBe(20)
      expect(keys.map(({ keyId }) => keyId)).toEqual(keyIds)
      const revocation = { effective: 'immediately', reason: 'leaked', note: 'In a log.', revokedBy: member }
      for (const key of keys)
        expect(key).toMatchObject({ status: 'revoked', endsAt: clock.now(), revocation })
      for (const { secret } of made)
        expect(await there.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
      const lines = await trailOf(there, { workspaceId: 'acme', kind: 'revoked' })
      expect(lines.map(({ keyId }) => keyId)).toEqual(keyIds)
    }),
  )

  test(
    'are shown in the order asked, each once, whatever the case of letters; those revoked before count for nothing',
    withWorld(async ({ open }) => {
      const keys = await open()
      const [first, second, third] = (await makeSome(keys, 3)).map(({ keyId }) => keyId)
      const before = await right(keys.revoke({ ...acme, keyId: second!, note: 'The first reason.' }))
      const keyIds = [third!, second!.toUpperCase(), first!, third!.toUpperCase(), second!]
      const revoked = await right(keys.revokeMany({ ...acme, keyIds }))
      expect(revoked.keys.map(({ keyId }) => keyId)).toEqual([third, second, first])
      expect(revoked.revokedCount).toBe(2)
      expect(revoked.keys[1]).toEqual(before.key)
    }),
  )

  test(
    'that have expired are revoked for every clock, so that a slow one accepts none of them',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const slow = await open({ clock: movableClock(clock.now()) })
      const expiresAt = (clock.now() + 1_000) as Instant
      const { keyId, secret } = await make(keys, { expiresAt })
      clock.advance(2_000)
      expect(await slow.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      const { keys: shown, revokedCount } = await right(keys.revokeMany({ ...acme, keyIds: [keyId] }))
      expect([shown[0]?.status, revokedCount]).toEqual(['revoked', 1])
      expect(await slow.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
    }),
  )

  test.each([
    ['an id that no key has', '0192f0c5-7b3a-7c31-8a44-c0ffee000001'],
    ['a text that is no id', 'no id at all'],
  ])('of which one is %s are left as they are', (_case, unknown) =>
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      const foreign = await make(keys, { workspaceId: 'other' })
      for (const id of [unknown, foreign.keyId])
        expect(await left(keys.revokeMany({ ...acme, keyIds: [keyId, id] }))).toEqual({ _tag: 'KeyNotFound' })
      for (const each of [secret, foreign.secret])
        expect(await keys.verify(each, use)()).toMatchObject({ _tag: 'Active' })
      expect((await trailOf(keys, { workspaceId: 'acme' })).map(told)).toEqual([
        'created',
        'accepted whoami ×1',
      ])
    })(),
  )

  test(
    'are 1 to 1,000, and with more or none nothing is done',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      for (const keyIds of [[], Array.from({ length: 1_001 }, () => keyId)])
        expect(await left(keys.revokeMany({ ...acme, keyIds }))).toMatchObject({
          _tag: 'InvalidInput',
          field: 'keyIds',
        })
      expect(await left(keys.revokeMany({ ...acme, keyIds: [keyId], note: ' ' }))).toMatchObject({
        field: 'note',
      })
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      const keyIds = Array.from({ length: 1_000 }, () => keyId)
      expect(await right(keys.revokeMany({ ...acme, keyIds }))).toMatchObject({ revokedCount: 1 })
    }),
  )

  test(
    'under an idempotency key are revoked once, and a repetition is told what the first was told',
    withWorld(async ({ open }) => {
      const here = await open()
      const ids = (await makeSome(here, 3)).map(({ keyId }) => keyId)
      await right(here.revoke({ ...acme, keyId: ids[0]! }))
      const request = { ...acme, keyIds: ids, idempotencyKey: 'after-the-leak' }
      const first = await right(here.revokeMany(request))
      expect(first.revokedCount).toBe(2)
      const there = await open()
      for (const door of [here, there]) {
        expect(await right(door.revokeMany(request))).toEqual(first)
        expect(await left(door.revokeMany({ ...request, keyIds: ids.slice(1) }))).toEqual({
          _tag: 'RequestReused',
        })
        expect(await left(door.revokeMany({ ...request, reason: 'leaked' }))).toEqual({
          _tag: 'RequestReused',
        })
      }
    }),
  )

  test(
    'as many as an append takes are one append',
    withWorld(async ({ open }) => {
      const keys = await open({ activeKeysMax: 1_000 })
      const keyIds = (await makeSome(keys, 1_000)).map(({ keyId }) => keyId)
      const revoked = await right(keys.revokeMany({ ...acme, keyIds }))
      expect(revoked.revokedCount).toBe(1_000)
      expect(revoked.keys.map(({ revision: at }) => at)).toEqual(
        keyIds.map((_id, index) => revision(1_000 + index)),
      )
      const listed = await right(keys.list({ workspaceId: 'acme', status: 'active' }))
      expect(listed.keys).toEqual([])
    }),
    30_000,
  )
})

test('a revocation of several keys does not wait for the commands that came before it', async () => {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const stores = altered(memoryStores(), ({ append }: EventStore) => ({
    append: (stream, expected, events) => async () => {
      if (events[0].type === 'KeyRenamed') await released
      return append(stream, expected, events)()
    },
  }))
  const keys = await right(openKeys({ store: stores }))
  const { keyId } = await make(keys)
  const rename = keys.rename({ ...acme, keyId, name: 'New' })()
  expect(await right(keys.revokeMany({ ...acme, keyIds: [keyId] }))).toMatchObject({ revokedCount: 1 })
  release()
  expect(await rename).toEqual({ _tag: 'Left', left: { _tag: 'KeyEnded' } })
  await keys.close()
})

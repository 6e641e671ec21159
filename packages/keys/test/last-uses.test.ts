import { describe, expect, test } from '@jest/globals'
import { unavailable, type AuditTrailStore, type TrailError } from '@detrics/keys-domain'
import { openKeys, type Keys, type Stores, type Trouble } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import {
  altered,
  forged,
  gate,
  left,
  make,
  member,
  memoryStores,
  movableClock,
  right,
  use,
  worlds,
} from './harness.js'

const acme = { workspaceId: 'acme', actor: member }

const listed = async (keys: Keys) => (await right(keys.list({ workspaceId: 'acme' }))).keys

describe.each(worlds)('the last use of a key on %s', (_, withWorld) => {
  test(
    'is when it was accepted last, through any front door, in lists and alone',
    withWorld(async ({ open, clock }) => {
      const here = await open()
      const there = await open()
      const { keyId, secret } = await make(here)
      await make(here, { name: 'Never used' })
      expect(await right(here.get({ workspaceId: 'acme', keyId }))).not.toHaveProperty('lastUsedAt')
      for (const door of [here, there, here]) {
        clock.advance(1_000)
        await door.verify(secret, use)()
        for (const asked of [here, there]) {
          expect(await right(asked.get({ workspaceId: 'acme', keyId }))).toMatchObject({
            lastUsedAt: clock.now(),
          })
          expect((await listed(asked)).map(({ lastUsedAt }) => lastUsedAt)).toEqual([undefined, clock.now()])
        }
      }
      for (const key of await listed(there)) expect(key).not.toHaveProperty('lastUseUnknown')
    }),
  )

  test(
    'is not moved by attempts that were refused: a wrong secret, or the right one after the end',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      await keys.verify(secret, use)()
      const lastUsedAt = clock.now()
      clock.advance(1_000)
      await keys.verify(forged(keyId), use)()
      await right(keys.revoke({ ...acme, keyId }))
      await keys.verify(secret, use)()
      await keys.close()
      expect(await listed(await open())).toMatchObject([{ keyId, status: 'revoked', lastUsedAt }])
    }),
  )

  test(
    'is not in the replies of commands',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      await keys.verify(secret, use)()
      const shown = [
        (await right(keys.rename({ ...acme, keyId, name: 'New' }))).key,
        (await right(keys.replace({ ...acme, keyId }))).replaced,
        (await right(keys.revoke({ ...acme, keyId }))).key,
        ...(await right(keys.revokeMany({ ...acme, keyIds: [keyId] }))).keys,
      ]
      for (const key of shown) {
        expect(key).not.toHaveProperty('lastUsedAt')
        expect(key).not.toHaveProperty('lastUseUnknown')
      }
    }),
  )
})

test('the last use is there at once, also where nothing tells the front door that the log has grown', async () => {
  const deaf = altered(memoryStores(), () => ({
    subscribe: () => () => Promise.resolve(E.left(unavailable('deaf'))),
  }))
  const keys = await right(openKeys({ store: deaf }))
  const { keyId, secret } = await make(keys)
  await keys.verify(secret, use)()
  const shown = await right(keys.get({ workspaceId: 'acme', keyId }))
  await keys.verify(secret, use)()
  const { entries } = await right(keys.activity({ workspaceId: 'acme', kind: 'used' }))
  await keys.close()
  expect(shown).toMatchObject({ lastUsedAt: expect.any(Number) })
  expect(entries).toHaveLength(2)
})

describe('while the audit trail cannot be read', () => {
  const brokenTrail = (answer: TaskEither<TrailError, never>) => {
    const state = { down: false }
    const { events, trail } = memoryStores()
    const altered =
      <A>(real: TaskEither<TrailError, A>): TaskEither<TrailError, A> =>
      (): Promise<E.Either<TrailError, A>> =>
        state.down ? answer() : real()
    const broken: AuditTrailStore = {
      ...trail,
      checkpoint: altered(trail.checkpoint),
      commit: (...given) => altered(trail.commit(...given)),
      page: (query) => altered(trail.page(query)),
      lastUses: (...given) => altered(trail.lastUses(...given)),
    }
    const stores: Stores = { events, trail: broken }
    return { state, stores }
  }
  const disk: TaskEither<TrailError, never> = () =>
    Promise.resolve(E.left({ _tag: 'TrailUnavailable', cause: 'SQLITE_IOERR' }))

  test('keys are listed, found and revoked all the same, and say that their last use is not known', async () => {
    const { state, stores } = brokenTrail(disk)
    const keys = await right(openKeys({ store: stores }))
    const { keyId, secret } = await make(keys)
    await keys.verify(secret, use)()
    state.down = true
    for (const key of [...(await listed(keys)), await right(keys.get({ workspaceId: 'acme', keyId }))]) {
      expect(key).toMatchObject({ keyId, status: 'active', lastUseUnknown: true })
      expect(key).not.toHaveProperty('lastUsedAt')
    }
    expect(await left(keys.activity({ workspaceId: 'acme' }))).toMatchObject({ _tag: 'StoreUnavailable' })
    await right(keys.revoke({ ...acme, keyId }))
    expect(await listed(keys)).toMatchObject([{ status: 'revoked', lastUseUnknown: true }])
    state.down = false
    const [key] = await listed(keys)
    expect(key).toMatchObject({ status: 'revoked', lastUsedAt: expect.any(Number) })
    expect(key).not.toHaveProperty('lastUseUnknown')
    await keys.close()
  })

  test('an operator is told once, with the cause, and once that it is over', async () => {
    const { state, stores } = brokenTrail(disk)
    const troubles: Array<Trouble> = []
    const keys = await right(openKeys({ store: stores, onTrouble: (trouble) => troubles.push(trouble) }))
    await listed(keys)
    state.down = true
    for (let count = 0; count < 3; count += 1) await listed(keys)
    state.down = false
    for (let count = 0; count < 3; count += 1) await listed(keys)
    expect(troubles).toEqual([
      { about: 'reviewing', cause: 'TrailUnavailable: SQLITE_IOERR' },
      { about: 'reviewing', cause: undefined },
    ])
    await keys.close()
  })

  test('because it hangs or is built anew, keys wait for it no longer than a moment', async () => {
    const never = gate()
    const { state, stores } = brokenTrail(async () => {
      await never.passed
      return disk()
    })
    const keys = await right(openKeys({ store: stores, clock: movableClock() }))
    await make(keys)
    state.down = true
    const start = performance.now()
    expect(await listed(keys)).toMatchObject([{ name: 'Work laptop', lastUseUnknown: true }])
    expect(performance.now() - start).toBeLessThan(2_000)
    never.open()
    await keys.close()
  })
})

import { describe, expect, test } from '@jest/globals'
import type { ActivityRequest, Instant, Keys } from '@detrics/keys'
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { openKeys } from '@detrics/keys'
import { inFolder, left, make, member, right, told, trailOf, use, worlds } from './harness.js'

const acme = { workspaceId: 'acme', actor: member }

describe.each(worlds)('the review on %s', (_, withWorld) => {
  test(
    'can be asked for one kind, one outcome, a time, and all of it for one key',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const start = clock.now()
      const at = (second: number): Instant => (start + second * 1_000) as Instant
      const first = await make(keys, { name: 'First' })
      const second = await make(keys, { name: 'Second' })
      const steps: ReadonlyArray<() => Promise<unknown>> = [
        () => keys.verify(first.secret, { action: 'a' })(),
        () => keys.verify(second.secret, { action: 'b' })(),
        () => right(keys.rename({ ...acme, keyId: first.keyId, name: 'New' })),
        () => right(keys.revoke({ ...acme, keyId: second.keyId })),
        () => keys.verify(second.secret, { action: 'c' })(),
        () => keys.verify(first.secret, { action: 'd' })(),
      ]
      for (const step of steps) {
        clock.advance(1_000)
        await step()
      }
      const review = async (request: Omit<ActivityRequest, 'workspaceId'>): Promise<ReadonlyArray<string>> =>
        (await trailOf(keys, { workspaceId: 'acme', limit: 1, ...request })).map(told)

      expect(await review({ kind: 'created' })).toEqual(['created', 'created'])
      expect(await review({ kind: 'renamed' })).toEqual(['renamed'])
      expect(await review({ kind: 'revoked' })).toEqual(['revoked'])
      const uses = ['accepted a ×1', 'accepted b ×1', 'revoked c ×1', 'accepted d ×1']
      expect(await review({ kind: 'used' })).toEqual(uses)
      expect(await review({ outcome: 'revoked' })).toEqual(['revoked c ×1'])
      expect(await review({ outcome: 'accepted', keyId: first.keyId })).toEqual([
        'accepted a ×1',
        'accepted d ×1',
      ])
      expect(await review({ outcome: 'expired' })).toEqual([])
      expect(await review({ outcome: 'accepted', kind: 'created' })).toEqual([])
      expect(await review({ since: at(3), until: at(5) })).toEqual(['renamed', 'revoked'])
      expect(await review({ until: at(1) })).toEqual(['created', 'created'])
      expect(await review({ keyId: second.keyId, since: at(1), until: at(6) })).toEqual([
        'accepted b ×1',
        'revoked',
        'revoked c ×1',
      ])
      expect(await review({ since: at(9), until: at(1) })).toEqual([])
    }),
  )

  test(
    'names an instant that is none',
    withWorld(async ({ open }) => {
      const keys = await open()
      for (const field of ['since', 'until'] as const)
        for (const value of [-1, 1.5, Number.NaN, 8.64e15])
          expect(await left(keys.activity({ workspaceId: 'acme', [field]: value as Instant }))).toMatchObject(
            {
              _tag: 'InvalidInput',
              field,
            },
          )
    }),
  )
})

test('a trail that an older version has left is built anew from the log, last uses included', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'keys.sqlite')
    const open = (): Promise<Keys> => right(openKeys({ store: `sqlite:${file}` }))
    const before = await open()
    const { secret } = await make(before)
    await before.verify(secret, use)()
    const [key] = (await right(before.list({ workspaceId: 'acme' }))).keys
    const lines = await trailOf(before, { workspaceId: 'acme' })
    await before.close()
    const trail = new Database(`${file}.activity`)
    trail.exec('DROP TABLE last_uses; ALTER TABLE lines DROP COLUMN rest; PRAGMA user_version = 1')
    trail.close()

    const after = await open()
    expect(key).toMatchObject({ lastUsedAt: expect.any(Number) })
    expect((await right(after.list({ workspaceId: 'acme' }))).keys).toEqual([key])
    expect(await trailOf(after, { workspaceId: 'acme' })).toEqual(lines)
    await after.close()
  }))

import { describe, expect, test } from '@jest/globals'
import type { Keys } from '@detrics/keys'
import { left, make, member, right, worlds } from './harness.js'

const acme = { workspaceId: 'acme', actor: member }
const changed = { _tag: 'KeyChanged' }

/** The three commands on a key, bound to a revision. */
const bound = (keys: Keys, keyId: string, ifRevision: bigint) => [
  keys.rename({ ...acme, keyId, ifRevision, name: 'Mine' }),
  keys.replace({ ...acme, keyId, ifRevision }),
  keys.revoke({ ...acme, keyId, ifRevision }),
]

describe.each(worlds)('a command that is bound to a revision, on %s,', (_, withWorld) => {
  test(
    'is refused when the key was changed since, through any front door, and changes nothing',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      const { key, keyId } = await make(here)
      const { key: renamed } = await right(there.rename({ ...acme, keyId, name: 'Theirs' }))
      for (const door of [here, there])
        for (const command of bound(door, keyId, key.revision))
          expect(await left<unknown, unknown>(command)).toEqual(changed)
      expect(await right(here.get({ workspaceId: 'acme', keyId }))).toEqual(renamed)
    }),
  )

  test(
    'is carried out at the revision that every reply tells of the key',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { key, keyId } = await make(keys)
      await make(keys, { name: 'Another' })
      const step = { ...acme, keyId }
      const renamed = await right(keys.rename({ ...step, name: 'New', ifRevision: key.revision }))
      const shown = await right(keys.get({ workspaceId: 'acme', keyId }))
      expect(shown.revision).toBe(renamed.key.revision)
      const { replaced } = await right(keys.replace({ ...step, ifRevision: shown.revision }))
      const [, listed] = (await right(keys.list({ workspaceId: 'acme', search: 'new' }))).keys
      expect(listed).toEqual(replaced)
      expect(await right(keys.revoke({ ...step, ifRevision: replaced.revision }))).toMatchObject({
        changed: true,
      })
    }),
  )

  test(
    'of ten at the same time through two front doors exactly one is carried out',
    withWorld(async ({ open }) => {
      const doors = [await open(), await open()] as const
      const { key, keyId } = await make(doors[0])
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_each, number) =>
          doors[number % 2 === 0 ? 0 : 1].rename({
            ...acme,
            keyId,
            name: `Name ${number}`,
            ifRevision: key.revision,
          })(),
        ),
      )
      const outcomes = replies.map((reply) => (reply._tag === 'Right' ? 'done' : reply.left._tag))
      expect(outcomes.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'KeyChanged'), 'done'])
    }),
  )

  test(
    'is answered as before when it comes again under its idempotency key, bound or not',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { key, keyId } = await make(keys)
      const request = { ...acme, keyId, name: 'New', idempotencyKey: 'one', ifRevision: key.revision }
      const first = await right(keys.rename(request))
      expect(first.changed).toBe(true)
      const { ifRevision: _bound, ...free } = request
      for (const again of [request, free, { ...request, ifRevision: 99n }])
        expect(await right(keys.rename(again))).toEqual({ key: first.key, changed: false })
    }),
  )

  test.each([-1n, 1n, 2n ** 70n])('is refused at a revision that the key never had: %p', (ifRevision) =>
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId } = await make(keys)
      for (const command of bound(keys, keyId, ifRevision))
        expect(await left<unknown, unknown>(command)).toEqual(changed)
    })(),
  )
})

import { closed, createKey, loadRing, unavailable } from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { created, keyId, named, renamed, ringOf } from '../support.js'
import { acme, acmeStream, context, storedElsewhere, world } from './world.js'

const events = (count: number) => [
  created(keyId(1), 'CI'),
  ...Array.from({ length: count - 1 }, (_, i) => renamed(keyId(1), `CI ${i}`)),
]
const stored = (count: number) => events(count).map((event, i) => storedElsewhere(i, event))

describe('loading a ring', () => {
  test.each([1, 999, 1_000, 1_001, 2_500])('reads all of its %d events, page by page', async (count) => {
    const here = world()
    here.store.appendElsewhere(acmeStream, stored(count))
    expect(await loadRing(here)(acme)()).toStrictEqual(
      E.right({ ring: ringOf(events(count)), head: O.some(BigInt(count - 1)) }),
    )
  })

  test('gives an empty ring for a workspace that has no stream', async () => {
    expect(await loadRing(world())(acme)()).toStrictEqual(E.right({ ring: ringOf([]), head: O.none }))
  })

  test('reads only what is not cached', async () => {
    const here = world()
    here.store.appendElsewhere(acmeStream, stored(3))
    await loadRing(here)(acme)()
    here.store.appendElsewhere(acmeStream, [storedElsewhere(9, renamed(keyId(1), 'Last'))])
    const loaded = await loadRing(here)(acme)()
    expect(here.store.reads.map(({ from }) => from)).toStrictEqual(['start', 3n])
    expect(loaded).toMatchObject({ right: { head: O.some(3n) } })
    expect(E.isRight(loaded) && loaded.right.ring.keys.get(keyId(1))?.name).toBe('Last')
  })

  test.each([0, 1, 2])('notices a log that was put back to %d of its events', async (count) => {
    const here = world()
    here.store.appendElsewhere(acmeStream, stored(3))
    await loadRing(here)(acme)()
    here.store.putBack(acmeStream, count)
    const left = events(3).slice(0, count)
    expect(await loadRing(here)(acme)()).toStrictEqual(
      E.right({ ring: ringOf(left), head: count === 0 ? O.none : O.some(BigInt(count - 1)) }),
    )
  })

  test('goes on from what it had read when a page fails', async () => {
    const here = world()
    here.store.appendElsewhere(acmeStream, stored(1_500))
    here.store.scriptReads(['Works', unavailable('scripted')])
    expect(await loadRing(here)(acme)()).toStrictEqual(
      E.left({ _tag: 'CommandUnavailable', cause: 'scripted' }),
    )
    expect(await loadRing(here)(acme)()).toMatchObject({ right: { head: O.some(1_499n) } })
    expect(here.store.reads.map(({ from }) => from)).toStrictEqual(['start', 1_000n, 1_000n])
  })

  test('says that the store is closed', async () => {
    const here = world()
    here.store.scriptReads([closed])
    expect(await loadRing(here)(acme)()).toStrictEqual(
      E.left({ _tag: 'CommandUnavailable', cause: 'Closed' }),
    )
  })

  test.each([
    ['a newer schema', { schema: 2 }, 'event KeyCreated of schema 2 cannot be read'],
    ['another type', { type: 'KeyDeleted' }, 'event KeyDeleted of schema 1 cannot be read'],
    ['damage', { data: '{"name":"canary"}' }, 'event KeyCreated of schema 1 cannot be read'],
  ])('stops at an event that it cannot read, and shows nothing of it: %s', async (_, change, cause) => {
    const here = world()
    const [readable, unreadable] = [
      storedElsewhere(1, created(keyId(1), 'CI')),
      storedElsewhere(2, created(keyId(2), 'CI 2')),
    ]
    here.store.appendElsewhere(acmeStream, [readable, { ...unreadable, ...change }])
    expect(await loadRing(here)(acme)()).toStrictEqual(E.left({ _tag: 'CommandUnavailable', cause }))
    // Neither is it passed over by a command, and none waits for it to become readable.
    expect(await createKey({ ...context(), name: named('CI 3') })(here)()).toStrictEqual(
      E.left({ _tag: 'CommandUnavailable', cause }),
    )
    expect(here.pauses).toStrictEqual([])
    expect(here.store.appends).toHaveLength(0)
  })
})

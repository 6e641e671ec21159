import { createKey, revision, ringCache, type RingCache, type WorkspaceId } from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { created, keyId, named, ringOf, workspace } from '../support.js'
import { acme, context, world } from './world.js'

const loaded = (n: number) => ({ ring: ringOf([created(keyId(n), 'CI')]), head: O.some(revision(n)) })
const nothing = { ring: ringOf([]), head: O.none }
const [one, two, three] = [workspace('one'), workspace('two'), workspace('three')]

/** Runs a task that the queue has room for. */
const queued = <A>(cache: RingCache, workspaceId: WorkspaceId, task: () => Promise<A>): Promise<A> => {
  const result = cache.exclusively(workspaceId, task)
  return result ?? Promise.reject(new Error('the queue is full'))
}

/** A promise that the test settles. */
const gate = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the cache of rings', () => {
  test('gives an empty ring where it holds none', () => {
    expect(ringCache(1).get(one)).toStrictEqual(nothing)
  })

  test('holds so many rings and no more; the one unused for longest goes first', () => {
    const cache = ringCache(2)
    cache.set(one, loaded(1))
    cache.set(two, loaded(2))
    cache.set(one, loaded(3))
    cache.set(three, loaded(4))
    expect(cache.get(two)).toStrictEqual(nothing)
    expect(cache.get(one)).toStrictEqual(loaded(3))
    expect(cache.get(three)).toStrictEqual(loaded(4))
  })

  test('of one ring or of none still works', async () => {
    for (const size of [0, 1]) {
      const here = { ...world(), rings: ringCache(size) }
      for (const workspaceId of [one, two, one])
        expect(
          await createKey({ ...context(), workspaceId, name: named(`CI ${here.store.appends.length}`) })(
            here,
          )(),
        ).toMatchObject({
          _tag: 'Right',
        })
      expect(here.store.events('keyRing-one' as never)).toHaveLength(2)
    }
  })
})

describe('the queue of a workspace', () => {
  test('runs one task at a time, in the order in which they came', async () => {
    const cache = ringCache(1)
    const log: string[] = []
    const gates = [gate(), gate(), gate()]
    const runs = gates.map(({ opened }, i) =>
      queued(cache, one, async () => {
        log.push(`begins ${i}`)
        await opened
        log.push(`ends ${i}`)
        return i
      }),
    )
    // Opened in the opposite order: whoever came first still goes first.
    for (const { open } of gates.toReversed()) open()
    expect(await Promise.all(runs)).toStrictEqual([0, 1, 2])
    expect(log).toStrictEqual(['begins 0', 'ends 0', 'begins 1', 'ends 1', 'begins 2', 'ends 2'])
  })

  test('does not hold up another workspace', async () => {
    const cache = ringCache(1)
    const { open, opened } = gate()
    const slow = queued(cache, one, () => opened)
    expect(await queued(cache, two, () => Promise.resolve('done'))).toBe('done')
    open()
    await slow
  })

  test('goes on after a task that failed', async () => {
    const cache = ringCache(1)
    const failed = queued(cache, one, () => Promise.reject(new Error('a bug')))
    const next = queued(cache, one, () => Promise.resolve('done'))
    await expect(failed).rejects.toThrow('a bug')
    expect(await next).toBe('done')
  })

  test('takes a thousand and no more, and takes again when they are through', async () => {
    const cache = ringCache(1)
    const { open, opened } = gate()
    const runs = Array.from({ length: 1_000 }, () => queued(cache, one, () => opened))
    expect(cache.exclusively(one, () => opened)).toBeUndefined()
    open()
    await Promise.all(runs)
    expect(await queued(cache, one, () => Promise.resolve('done'))).toBe('done')
  })

  test('that is full refuses a command as contended, with nothing done', async () => {
    const here = world()
    const { open, opened } = gate()
    const runs = Array.from({ length: 1_000 }, () => queued(here.rings, acme, () => opened))
    expect(await createKey({ ...context(), name: named('CI') })(here)()).toStrictEqual(
      E.left({ _tag: 'Contended' }),
    )
    expect(here.store.reads).toHaveLength(0)
    open()
    await Promise.all(runs)
  })
})

describe('an urgent task', () => {
  test('begins at once, and those that wait begin when it is over', async () => {
    const cache = ringCache(1)
    const [running, urgent, later] = [gate(), gate(), gate()]
    const begun: string[] = []
    const task = (name: string, until: Promise<void>) => async (): Promise<void> => {
      begun.push(name)
      await until
    }
    const all = [
      queued(cache, one, task('running', running.opened)),
      queued(cache, one, task('waiting', Promise.resolve())),
    ]
    await Promise.resolve()
    all.push(cache.urgently(one, task('urgent', urgent.opened)))
    all.push(cache.urgently(one, task('urgent too', later.opened)))
    expect(begun).toStrictEqual(['running', 'urgent', 'urgent too'])
    running.open()
    urgent.open()
    await Promise.all([all[0], all[2]])
    expect(await queued(cache, two, () => Promise.resolve('elsewhere'))).toBe('elsewhere')
    expect(begun).not.toContain('waiting')
    later.open()
    await Promise.all(all)
    expect(begun).toContain('waiting')
  })

  test('that failed holds nobody up', async () => {
    const cache = ringCache(1)
    const failed = cache.urgently(one, () => Promise.reject(new Error('a bug')))
    const next = queued(cache, one, () => Promise.resolve('done'))
    await expect(failed).rejects.toThrow('a bug')
    expect(await next).toBe('done')
  })
})

import {
  closed,
  createKey,
  eventIdConflict,
  invalidRequest,
  renameKey,
  reveal,
  revokeKey,
  tooLarge,
  unavailable,
} from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { created, eventId, keyId, named, revoked } from '../support.js'
import type { AppendStep } from './scripted-store.js'
import { acmeStream, context, storedElsewhere, world, type World } from './world.js'

const create = createKey({ ...context(), name: named('CI') })
const revoke = (id = keyId(99)) =>
  revokeKey({ ...context(), keyId: id, effective: 'immediately', reason: 'leaked' })

/** A step at which another process makes a key before each append. */
const contention = (here: World): AppendStep => {
  let count = 0
  const before = (): void => {
    count += 1
    here.store.appendElsewhere(acmeStream, [
      storedElsewhere(count, created(keyId(0x10000 + count), `Elsewhere ${count}`)),
    ])
  }
  return { before }
}
const roomy = (here: World): World => ({ ...here, policy: { activeKeysMax: 1_000_000 } })

describe('a conflict', () => {
  test('is followed by another decision, from the tail of the stream', async () => {
    const here = world()
    const { before } = contention(here) as { before: () => void }
    here.store.scriptAppends([{ before }])
    const result = await create(here)()
    expect(result).toMatchObject({ _tag: 'Right', right: { events: [{ type: 'KeyCreated' }] } })
    expect(here.store.events(acmeStream).map(({ type }) => type)).toStrictEqual(['KeyCreated', 'KeyCreated'])
    expect(here.store.appends.map(({ expected }) => expected)).toStrictEqual([
      { _tag: 'NoStream' },
      { _tag: 'At', revision: 0n },
    ])
    // Event ids belong to a decision: the second one has its own.
    const [first, second] = here.store.appends.map(({ events }) => events[0]?.id)
    expect(first).not.toBe(second)
    // The key is the same: it is one command.
    const keys = here.store.appends.map(({ events }) => JSON.parse(events[0]?.data ?? '').keyId as string)
    expect(keys[0]).toBe(keys[1])
  })

  test('is decided by what was seen then: the same name, taken elsewhere meanwhile, is refused', async () => {
    const here = world()
    const before = (): void =>
      here.store.appendElsewhere(acmeStream, [storedElsewhere(1, created(keyId(99), 'ci'))])
    here.store.scriptAppends([{ before }])
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'NameTaken' }))
    expect(here.store.events(acmeStream)).toHaveLength(1)
  })

  test('with a revocation of the same key is no failure: it is revoked', async () => {
    const here = world()
    here.store.appendElsewhere(acmeStream, [storedElsewhere(1, created(keyId(99), 'CI'))])
    const before = (): void =>
      here.store.appendElsewhere(acmeStream, [storedElsewhere(2, revoked(keyId(99), 'immediately'))])
    here.store.scriptAppends([{ before }])
    expect(await revoke()(here)()).toMatchObject({ _tag: 'Right', right: { events: [] } })
    expect(here.store.events(acmeStream)).toHaveLength(2)
  })

  test('each time ends after ten attempts as contended, with nothing done', async () => {
    const here = roomy(world())
    here.store.scriptAppends([], contention(here))
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'Contended' }))
    expect(here.store.appends).toHaveLength(10)
    expect(here.pauses).toStrictEqual([2, 4, 8, 16, 32, 64, 100, 100, 100, 100])
    expect(here.store.events(acmeStream)).toHaveLength(10)
  })

  test('each time does not end a revocation before its deadline of ten seconds', async () => {
    const here = roomy(world())
    here.store.appendElsewhere(acmeStream, [storedElsewhere(0, created(keyId(99), 'CI'))])
    here.store.scriptAppends([], contention(here))
    expect(await revoke()(here)()).toStrictEqual(E.left({ _tag: 'Contended' }))
    expect(here.clock.monotonicMs()).toBeGreaterThanOrEqual(10_000)
    expect(here.clock.monotonicMs()).toBeLessThan(10_200)
    expect(here.store.appends.length).toBeGreaterThan(100)
  })

  test('a revocation succeeds in the last moment before its deadline', async () => {
    const here = roomy(world())
    here.store.appendElsewhere(acmeStream, [storedElsewhere(0, created(keyId(99), 'CI'))])
    const { before } = contention(here) as { before: () => void }
    here.store.scriptAppends(Array.from({ length: 100 }, () => ({ before })))
    expect(await revoke()(here)()).toMatchObject({
      _tag: 'Right',
      right: { events: [{ type: 'KeyRevoked' }] },
    })
    expect(here.store.appends).toHaveLength(101)
  })
})

describe('an append whose outcome is unknown', () => {
  test.each<readonly [string, ReadonlyArray<AppendStep>]>([
    ['stored', ['Stored']],
    ['lost', ['Lost']],
    ['stored, and unknown three times', ['Stored', 'Lost', 'Stored']],
    ['lost, and the store away meanwhile', ['Lost', 'Unavailable', 'Unavailable']],
  ])('is retried with the identical bytes, and the secret is delivered: %s', async (_, steps) => {
    const here = world()
    here.store.scriptAppends(steps)
    const result = await create(here)()
    if (E.isLeft(result) || O.isNone(result.right.secret)) throw new Error('no secret')
    expect(here.store.appends).toHaveLength(steps.length + 1)
    const texts = here.store.appends.map(({ expected, events }) => JSON.stringify([expected, events]))
    expect(new Set(texts).size).toBe(1)
    expect(here.store.events(acmeStream)).toHaveLength(1)
    const stored = JSON.parse(here.store.events(acmeStream)[0]?.data ?? '') as { keyId: string }
    expect(stored.keyId).toBe(result.right.keyId)
    const key = result.right.ring.keys.get(result.right.keyId)
    expect(key && here.digester.matches(reveal(result.right.secret.value), key.digest)).toBe(true)
  })

  test('is told as unknown when the deadline comes first', async () => {
    const here = world()
    here.store.scriptAppends(['Stored'], 'Unavailable')
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'CommandOutcomeUnknown', cause: 'scripted' }))
    expect(here.clock.monotonicMs()).toBeGreaterThanOrEqual(5_000)
    expect(here.store.events(acmeStream)).toHaveLength(1)
  })

  test('is told as unknown when the store is closed meanwhile', async () => {
    const here = world()
    here.store.scriptAppends(['Stored', 'Closed'])
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'CommandOutcomeUnknown', cause: 'Closed' }))
  })

  test('is seen by the next command, which finds the key', async () => {
    const here = world()
    here.store.scriptAppends(['Stored'], 'Unavailable')
    await create(here)()
    here.store.scriptAppends([])
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'NameTaken' }))
  })
})

describe('a store that is away', () => {
  test.each([
    ['a creation', 5_000, create],
    ['a revocation', 10_000, revoke()],
  ])('while appending, is waited for until the deadline of %s: %d ms', async (_, deadlineMs, command) => {
    const here = world()
    here.store.appendElsewhere(acmeStream, [storedElsewhere(0, created(keyId(99), 'Standing'))])
    here.store.scriptAppends([], 'Unavailable')
    expect(await command(here)()).toStrictEqual(E.left({ _tag: 'CommandUnavailable', cause: 'scripted' }))
    expect(here.clock.monotonicMs()).toBeGreaterThanOrEqual(deadlineMs)
    expect(here.clock.monotonicMs()).toBeLessThan(deadlineMs + 250)
    expect(Math.max(...here.pauses)).toBe(200)
    expect(here.store.events(acmeStream)).toHaveLength(1)
  })

  test.each([
    ['a creation', 5_000, create],
    ['a revocation', 10_000, revoke()],
  ])('while reading, is waited for until the deadline of %s: %d ms', async (_, deadlineMs, command) => {
    const here = world()
    here.store.scriptReads([], unavailable('scripted'))
    expect(await command(here)()).toStrictEqual(E.left({ _tag: 'CommandUnavailable', cause: 'scripted' }))
    expect(here.clock.monotonicMs()).toBeGreaterThanOrEqual(deadlineMs)
    expect(here.clock.monotonicMs()).toBeLessThan(deadlineMs + 250)
    expect(here.store.appends).toHaveLength(0)
  })

  test('and comes back, loses no command', async () => {
    const here = world()
    here.store.scriptReads([unavailable('scripted'), unavailable('scripted')])
    here.store.scriptAppends(['Unavailable', 'Unavailable'])
    expect(await create(here)()).toMatchObject({ _tag: 'Right', right: { events: [{ type: 'KeyCreated' }] } })
    expect(here.store.events(acmeStream)).toHaveLength(1)
  })

  test('for good is not waited for', async () => {
    const here = world()
    here.store.scriptAppends(['Closed'])
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'CommandUnavailable', cause: 'Closed' }))
    here.store.scriptReads([closed])
    expect(await create(here)()).toStrictEqual(E.left({ _tag: 'CommandUnavailable', cause: 'Closed' }))
    expect(here.pauses).toStrictEqual([])
  })

  test('does not move the clock of the command: it is decided at the instant of its last attempt', async () => {
    const here = world()
    here.store.scriptReads([unavailable('scripted')])
    const result = await create(here)()
    expect(result).toMatchObject({ right: { now: 1_000_002 } })
  })
})

describe('what can only be a bug', () => {
  test.each<readonly [string, AppendStep]>([
    ['EventIdConflict', eventIdConflict(eventId(1))],
    ['TooLarge', tooLarge(0, 300_000, 262_144)],
    ['InvalidRequest', invalidRequest('scripted')],
  ])('is thrown and not retried: %s', async (tag, step) => {
    const here = world()
    here.store.scriptAppends([step])
    await expect(create(here)()).rejects.toThrow(tag)
    expect(here.store.appends).toHaveLength(1)
    // It does not stop the workspace: the next command is carried out.
    expect(await create(here)()).toMatchObject({ _tag: 'Right' })
  })
})

test('commands of one workspace in one process do not contend with each other', async () => {
  const here = roomy(world())
  const names = Array.from({ length: 50 }, (_, i) => `CI ${i}`)
  const results = await Promise.all(
    names.map((name) => createKey({ ...context(), name: named(name) })(here)()),
  )
  expect(results.filter(E.isRight)).toHaveLength(50)
  expect(here.store.appends).toHaveLength(50)
  expect(here.store.reads).toHaveLength(1)
  expect(here.pauses).toStrictEqual([])
})

test('two processes that change one ring at once both succeed', async () => {
  const here = roomy(world())
  const there = roomy(world(here.store, 1_000))
  const runs = [here, there].flatMap((process, p) =>
    Array.from({ length: 20 }, (_, i) => createKey({ ...context(), name: named(`${p} ${i}`) })(process)()),
  )
  const results = await Promise.all(runs)
  expect(results.filter(E.isRight)).toHaveLength(40)
  expect(here.store.events(acmeStream)).toHaveLength(40)
})

test('a rename that changes nothing appends nothing', async () => {
  const here = world()
  here.store.appendElsewhere(acmeStream, [storedElsewhere(0, created(keyId(99), 'CI'))])
  const same = renameKey({ ...context(), keyId: keyId(99), name: named('CI') })
  expect(await same(here)()).toMatchObject({ _tag: 'Right', right: { events: [] } })
  expect(here.store.appends).toHaveLength(0)
})

import { describe, expect, test } from '@jest/globals'
import { seededFaults, withFaults } from '@detrics/keys-adapters/conformance'
import {
  activityStream,
  encodeLogOpened,
  keyRingStream,
  logStream,
  noStream,
  unavailable,
  type EventId,
  type StreamId,
  type EventStore,
  type NewEvent,
  type WorkspaceId,
} from '@detrics/keys-domain'
import { openKeys, type Keys, type Stores } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 } from 'uuid'
import {
  altered,
  forged,
  gate,
  inFolder,
  left,
  make,
  member,
  memoryStores,
  movableClock,
  right,
  told,
  trailOf,
  use,
} from './harness.js'

const acme = 'acme' as WorkspaceId
const isActivity = (stream: string): boolean => stream.startsWith('activity-')

/** Pauses end at once, so that all attempts are made within a moment. */
const hasty = { ...movableClock(), pause: () => () => Promise.resolve() }

const withDoor = async (stores: Stores, work: (keys: Keys) => Promise<void>): Promise<void> => {
  const keys = await right(openKeys({ store: stores, clock: hasty }))
  try {
    await work(keys)
  } finally {
    await keys.close()
  }
}

/** Stores on which the given methods fail while `down` is set. */
const breakable = (methods: ReadonlyArray<'append' | 'readStream' | 'readAll'>) => {
  const state = { down: false }
  const gone = () => Promise.resolve(E.left(unavailable('switched off')))
  const stores = altered(memoryStores(), ({ append, readStream, readAll }) => ({
    append: (...given) => (state.down && methods.includes('append') ? gone : append(...given)),
    readStream: (query) => (state.down && methods.includes('readStream') ? gone : readStream(query)),
    readAll: (...given) => (state.down && methods.includes('readAll') ? gone : readAll(...given)),
  }))
  return { state, stores }
}

const eventsOf = async (store: EventStore, workspaceId: WorkspaceId): Promise<ReadonlyArray<string>> => {
  const page = await right(
    store.readStream({
      stream: keyRingStream(workspaceId),
      direction: 'forwards',
      from: 'start',
      limit: 100,
    }),
  )
  return page.events.map(({ type }) => type)
}

describe('while the store is away', () => {
  test('nothing is said about any key, neither good nor bad', async () => {
    const { state, stores } = breakable(['append', 'readStream', 'readAll'])
    await withDoor(stores, async (keys) => {
      const active = await make(keys)
      const ended = await make(keys, { name: 'Old' })
      await right(keys.revoke({ workspaceId: 'acme', keyId: ended.keyId, actor: member }))
      state.down = true
      for (const presented of [active.secret, ended.secret, forged(active.keyId)])
        expect(await keys.verify(presented, use)()).toEqual({ _tag: 'Unavailable' })
      state.down = false
      expect(await keys.verify(active.secret, use)()).toMatchObject({ _tag: 'Active' })
      expect(await keys.verify(ended.secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
    })
  })

  test('questions and commands say so, and nothing of what was asked for is done', async () => {
    const { state, stores } = breakable(['append', 'readStream', 'readAll'])
    await withDoor(stores, async (keys) => {
      const { keyId } = await make(keys)
      state.down = true
      const context = { workspaceId: 'acme', actor: member }
      const asked = [
        keys.get({ workspaceId: 'acme', keyId }),
        keys.list({ workspaceId: 'acme' }),
        keys.activity({ workspaceId: 'acme' }),
        keys.create({ ...context, name: 'New' }),
        keys.rename({ ...context, keyId, name: 'New' }),
        keys.replace({ ...context, keyId }),
        keys.revokeMany({ ...context, keyIds: [keyId] }),
        keys.create({ ...context, workspaceId: 'other', name: 'New' }),
      ]
      for (const question of asked)
        expect(await left<unknown, unknown>(question)).toMatchObject({ _tag: 'StoreUnavailable' })
      state.down = false
      expect((await right(keys.list({ workspaceId: 'acme' }))).keys).toMatchObject([{ name: 'Work laptop' }])
    })
    expect.hasAssertions()
  })

  test('a name that cannot be looked up is not refused as taken', async () => {
    const { state, stores } = breakable(['readStream'])
    await withDoor(stores, async (keys) => {
      await make(keys)
      state.down = true
      const again = keys.create({ workspaceId: 'acme', name: 'Work laptop', actor: member })
      expect(await left(again)).toMatchObject({ _tag: 'StoreUnavailable' })
    })
  })
})

describe('a use', () => {
  test('that cannot be stored releases no action', async () => {
    const { state, stores } = breakable(['append'])
    await withDoor(stores, async (keys) => {
      const { secret } = await make(keys)
      state.down = true
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
      state.down = false
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      expect((await trailOf(keys, { workspaceId: 'acme' })).map(told)).toEqual([
        'created',
        'accepted whoami ×1',
      ])
    })
  })

  test('that cannot be stored leaves a refusal as it is', async () => {
    const { state, stores } = breakable(['append'])
    await withDoor(stores, async (keys) => {
      const { secret, keyId } = await make(keys)
      await right(keys.revoke({ workspaceId: 'acme', keyId, actor: member }))
      state.down = true
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
    })
  })

  test('that hangs while it is stored is unavailable after two seconds, and so is one that waits behind it', async () => {
    const never = gate()
    const begun = gate()
    let hanging = true
    const stores = altered(memoryStores(), ({ append }) => ({
      append:
        (stream, ...rest) =>
        async () => {
          if (isActivity(stream) && hanging) {
            begun.open()
            await never.passed
          }
          return append(stream, ...rest)()
        },
    }))
    await withDoor(stores, async (keys) => {
      const { secret } = await make(keys)
      const timed = async () => {
        const start = performance.now()
        const verdict = await keys.verify(secret, use)()
        return { verdict, ms: performance.now() - start }
      }
      const first = timed()
      await begun.passed
      const second = timed()
      for (const { verdict, ms } of await Promise.all([first, second])) {
        expect(verdict).toEqual({ _tag: 'Unavailable' })
        expect(ms).toBeGreaterThan(1_900)
        expect(ms).toBeLessThan(3_000)
      }
      hanging = false
      never.open()
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
    })
  })

  test('during whose storing the key is revoked is refused, and both facts are on record', async () => {
    const storing = gate()
    const release = gate()
    const stores = altered(memoryStores(), ({ append }) => ({
      append:
        (stream, ...rest) =>
        async () => {
          const result = await append(stream, ...rest)()
          if (isActivity(stream)) {
            storing.open()
            await release.passed
          }
          return result
        },
    }))
    await withDoor(stores, async (keys) => {
      const { secret, keyId } = await make(keys)
      const verdict = keys.verify(secret, use)()
      await storing.passed
      await right(keys.revoke({ workspaceId: 'acme', keyId, actor: member }))
      release.open()
      expect(await verdict).toEqual({ _tag: 'Refused', reason: 'revoked' })
      expect((await trailOf(keys, { workspaceId: 'acme' })).map(told)).toEqual([
        'created',
        'accepted whoami ×1',
        'revoked',
        'revoked whoami ×1',
      ])
    })
  })

  test('during whose storing the store goes away is unavailable', async () => {
    const { state, stores } = breakable(['readAll'])
    const failing = altered(stores, ({ append }) => ({
      append:
        (stream, ...rest) =>
        async () => {
          const result = await append(stream, ...rest)()
          if (isActivity(stream)) state.down = true
          return result
        },
    }))
    await withDoor(failing, async (keys) => {
      const { secret } = await make(keys)
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
    })
  })

  test('at which the store throws fails alone: the next one is stored', async () => {
    let throwing = false
    const stores = altered(memoryStores(), ({ append }) => ({
      append:
        (stream, ...rest) =>
        async () => {
          if (throwing && isActivity(stream)) throw new Error('a bug')
          return append(stream, ...rest)()
        },
    }))
    await withDoor(stores, async (keys) => {
      const { secret } = await make(keys)
      throwing = true
      await expect(keys.verify(secret, use)()).rejects.toThrow('a bug')
      throwing = false
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
    })
  })

  test('is stored exactly once when the reply to its append is lost', async () => {
    const stores = memoryStores()
    const events = withFaults(stores.events, { append: (call) => (call === 2 ? 'reply-lost' : 'none') })
    await withDoor({ ...stores, events }, async (keys) => {
      const { secret } = await make(keys)
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      expect((await trailOf(keys, { workspaceId: 'acme' })).map(told)).toEqual([
        'created',
        'accepted whoami ×1',
      ])
    })
  })
})

describe('a creation', () => {
  test.each(['reply-lost', 'not-written'] as const)(
    'at which the append is %s delivers its secret and is stored exactly once',
    async (fault) => {
      const stores = memoryStores()
      const events = withFaults(stores.events, {
        append: (call) => (call >= 1 && call <= 3 ? fault : 'none'),
      })
      await withDoor({ ...stores, events }, async (keys) => {
        const { secret } = await make(keys)
        expect(await eventsOf(stores.events, acme)).toEqual(['KeyCreated'])
        expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      })
    },
  )

  test('of which nobody ever learns what became says so, and its repetition finds the first', async () => {
    const stores = memoryStores()
    let lost = true
    const events = withFaults(stores.events, {
      append: (call) => (call > 0 && lost ? 'reply-lost' : 'none'),
    })
    await withDoor({ ...stores, events }, async (keys) => {
      const create = keys.create({ workspaceId: 'acme', name: 'CI', actor: member, idempotencyKey: 'a' })
      expect(await left(create)).toMatchObject({ _tag: 'OutcomeNotKnown' })
      lost = false
      expect(await right(create)).toMatchObject({ replayed: true, secret: O.none, key: { name: 'CI' } })
      expect(await eventsOf(stores.events, acme)).toEqual(['KeyCreated'])
    })
  })
})

test('under faults at every fifth call each creation that is answered is in the log once, with a secret that works', async () => {
  const stores = memoryStores()
  let faulty = false
  const shares = { notWritten: 0.1, replyLost: 0.1, readFailed: 0 }
  const plan = seededFaults(7, shares)
  const events = withFaults(stores.events, {
    append: (call) => (faulty ? (plan.append?.(call) ?? 'none') : 'none'),
  })
  await withDoor({ ...stores, events }, async (keys) => {
    faulty = true
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, count) => make(keys, { name: `K${count}` })),
    )
    const verdicts = await Promise.all(made.map(({ secret }) => keys.verify(secret, use)()))
    expect(verdicts.map(({ _tag }) => _tag)).toEqual(made.map(() => 'Active'))
    expect(await eventsOf(stores.events, acme)).toHaveLength(60)
    const uses = (await trailOf(keys, { workspaceId: 'acme' })).filter(({ kind }) => kind === 'used')
    expect(uses.map((line) => ('count' in line ? line.count : 0))).toEqual(made.map(() => 1))
  })
})

describe('an event that cannot be read', () => {
  const newer: NewEvent = {
    id: v7() as EventId,
    type: 'KeyRevoked',
    schema: 2,
    data: '{}',
    metadata: '{}',
  }

  test('keeps the front door closed, and the reason says that the log cannot be read', async () => {
    const stores = memoryStores()
    const opened = encodeLogOpened(v7() as EventId, { logId: 'x', leaseMs: 0 })
    await right(stores.events.append(logStream, noStream, [opened]))
    await right(stores.events.append(keyRingStream(acme), noStream, [newer]))
    expect(await left(openKeys({ store: stores }))).toEqual({
      _tag: 'CannotOpen',
      reason:
        'The log cannot be read: event 0 of keyRing-acme, KeyRevoked of schema 2, is not known to this version.',
    })
    expect(await left(stores.events.readAll(O.none, 1))).toEqual({ _tag: 'Closed' })
  })

  test('makes a running front door say nothing more about any key', async () => {
    const stores = memoryStores()
    await withDoor(stores, async (keys) => {
      const { secret } = await make(keys, { workspaceId: 'other' })
      await right(stores.events.append(keyRingStream(acme), noStream, [newer]))
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
      expect(await left(keys.list({ workspaceId: 'acme' }))).toEqual({
        _tag: 'StoreUnavailable',
        cause: 'event KeyRevoked of schema 2 cannot be read',
      })
      expect(await left(keys.activity({ workspaceId: 'other' }))).toMatchObject({ _tag: 'StoreUnavailable' })
    })
  })

  test('among the uses stops the review and not the verification', async () => {
    const stores = memoryStores()
    await withDoor(stores, async (keys) => {
      const { secret } = await make(keys)
      const stream = activityStream(acme, v7())
      await right(stores.events.append(stream, noStream, [{ ...newer, type: 'UsesRecorded' }]))
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
      expect(await left(keys.activity({ workspaceId: 'acme' }))).toMatchObject({ _tag: 'StoreUnavailable' })
    })
  })
})

describe('closing', () => {
  test('stores what was merely counted, and a second time is harmless', async () => {
    const stores = memoryStores()
    const kept = altered(stores, () => ({ close: () => Promise.resolve() }))
    const keys = await right(openKeys({ store: kept }))
    const { keyId } = await make(keys)
    await keys.verify(forged(keyId), use)()
    await Promise.all([keys.close(), keys.close()])
    await keys.close()
    const log = await right(stores.events.readAll(O.none, 10))
    expect(log.events.map(({ type }) => type)).toEqual(['LogOpened', 'KeyCreated', 'UsesRecorded'])
  })

  test('says nothing wrong of what is under way, and afterwards nothing is available', async () => {
    const keys = await right(openKeys({ store: 'memory:' }))
    const { secret, keyId } = await make(keys)
    const underWay = keys.verify(secret, use)()
    await keys.close()
    expect(['Active', 'Unavailable']).toContain((await underWay)._tag)
    expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
    const context = { workspaceId: 'acme', actor: member }
    const asked = [
      keys.get({ workspaceId: 'acme', keyId }),
      keys.list({ workspaceId: 'acme' }),
      keys.activity({ workspaceId: 'acme' }),
      keys.create({ ...context, name: 'New' }),
      keys.rename({ ...context, keyId, name: 'New' }),
      keys.revoke({ ...context, keyId }),
      keys.revokeMany({ ...context, keyIds: [keyId] }),
      keys.replace({ ...context, keyId }),
    ]
    for (const question of asked)
      expect(await left<unknown, unknown>(question)).toMatchObject({ _tag: 'StoreUnavailable' })
  })
})

describe('a log', () => {
  const begunWith = async (first: NewEvent): Promise<Stores> => {
    const stores = memoryStores()
    await right(stores.events.append(logStream, noStream, [first]))
    return stores
  }

  test('with another lease is refused, and the reason names both', async () => {
    const stores = await begunWith(encodeLogOpened(v7() as EventId, { logId: 'x', leaseMs: 500 }))
    const { reason } = await left(openKeys({ store: stores }))
    expect(reason).toMatch(/lease of 500 ms and this process is set to 0 ms/)
  })

  test.each([
    ['of something else', { type: 'OrderPlaced', data: '{}' }, 'this is no log of Detrics Keys'],
    ['of a newer version', { schema: 2 }, 'this is no log of Detrics Keys'],
    ['with a damaged beginning', { data: '{"logId":1}' }, 'damaged'],
  ])('%s is refused', async (_, part, reason) => {
    const opened = encodeLogOpened(v7() as EventId, { logId: 'x', leaseMs: 0 })
    const stores = await begunWith({ ...opened, ...part })
    expect((await left(openKeys({ store: stores }))).reason).toContain(reason)
  })

  test('that holds events of others is refused, and nothing is written into it', async () => {
    const stores = memoryStores()
    const others = { ...encodeLogOpened(v7() as EventId, { logId: 'x', leaseMs: 0 }), type: 'OrderPlaced' }
    await right(stores.events.append('orders-1' as StreamId, noStream, [others]))
    expect((await left(openKeys({ store: stores }))).reason).toContain('not of Detrics Keys')
  })

  test('that cannot be read or begun is refused', async () => {
    for (const method of ['append', 'readStream', 'readAll'] as const) {
      const { state, stores } = breakable([method])
      state.down = true
      expect((await left(openKeys({ store: stores }))).reason).toMatch(/cannot be read|could not be begun/)
    }
  })

  test('that two processes begin at the same moment is one log for both', async () => {
    const stores = altered(memoryStores(), () => ({ close: () => Promise.resolve() }))
    const doors = await Promise.all([1, 2, 3].map(() => right(openKeys({ store: stores }))))
    const log = await right(stores.events.readAll(O.none, 10))
    expect(log.events.map(({ type }) => type)).toEqual(['LogOpened'])
    for (const door of doors) await door.close()
  })

  test('is not made out of a file of another kind, which stays as it is', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'notes.txt')
      writeFileSync(file, 'Dear diary, this is not a database at all.\n'.repeat(50))
      const { reason } = await left(openKeys({ store: `sqlite:${file}` }))
      expect(reason).toContain('no SQLite database')
    }))
})

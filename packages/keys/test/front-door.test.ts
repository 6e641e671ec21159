import { describe, expect, test } from '@jest/globals'
import type { EventStore } from '@detrics/keys-domain'
import { openKeys, reveal, type Instant, type Keys } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { inspect } from 'node:util'
import {
  altered,
  day,
  forged,
  inSqlite,
  left,
  make,
  member,
  memoryStores,
  right,
  told,
  trailOf,
  use,
  worlds,
} from './harness.js'

const revoke = (keys: Keys, keyId: string, workspaceId = 'acme') =>
  right(keys.revoke({ workspaceId, keyId, actor: member }))

const json = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))

describe.each(worlds)('the front door on %s', (_, withWorld) => {
  test(
    'a key lives its whole life: made, used, renamed, used, revoked, refused',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const { key, keyId, secret } = await make(keys)
      expect(key).toMatchObject({ name: 'Work laptop', status: 'active', workspaceId: 'acme', revision: 0n })
      expect(await keys.verify(secret, use)()).toEqual({
        _tag: 'Active',
        workspaceId: 'acme',
        keyId,
        name: 'Work laptop',
      })
      const renamed = await right(
        keys.rename({ workspaceId: 'acme', keyId, name: 'CI server', actor: member }),
      )
      expect(renamed).toMatchObject({ changed: true, key: { name: 'CI server', revision: 1n } })
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active', name: 'CI server' })
      clock.advance(1)
      const revoked = await right(
        keys.revoke({ workspaceId: 'acme', keyId, actor: member, reason: 'leaked', note: 'In a log.' }),
      )
      expect(revoked).toMatchObject({
        changed: true,
        key: {
          status: 'revoked',
          endsAt: clock.now(),
          revocation: { effective: 'immediately', reason: 'leaked', note: 'In a log.', revokedBy: member },
        },
      })
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
      expect(await left(keys.rename({ workspaceId: 'acme', keyId, name: 'Again', actor: member }))).toEqual({
        _tag: 'KeyEnded',
      })
      expect(await right(keys.revoke({ workspaceId: 'acme', keyId, actor: member }))).toMatchObject({
        changed: false,
        key: revoked.key,
      })
    }),
  )

  test(
    'the secret is in the creating reply only, where it is printed by nothing but reveal',
    withWorld(async ({ open }) => {
      const keys = await open()
      const made = await right(
        keys.create({ workspaceId: 'acme', name: 'A', actor: member, idempotencyKey: 'one' }),
      )
      if (O.isNone(made.secret)) throw new Error('no secret')
      const secret = reveal(made.secret.value)
      const { keyId } = made.key
      const later = [
        await keys.create({ workspaceId: 'acme', name: 'A', actor: member, idempotencyKey: 'one' })(),
        await keys.rename({ workspaceId: 'acme', keyId, name: 'B', actor: member })(),
        await keys.verify(secret, { action: `GET /?key=${secret}`, client: secret, address: secret })(),
        await keys.verify(made.secret.value, use)(),
        await keys.revoke({ workspaceId: 'acme', keyId, actor: member })(),
        await keys.get({ workspaceId: 'acme', keyId })(),
        await keys.list({ workspaceId: 'acme' })(),
        await keys.list({ workspaceId: 'acme', search: secret })(),
        await keys.revokeMany({ workspaceId: 'acme', keyIds: [keyId, secret], actor: member })(),
        await keys.activity({ workspaceId: 'acme' })(),
        await keys.create({ workspaceId: 'acme', name: secret, actor: member })(),
        await keys.revoke({ workspaceId: 'acme', keyId, actor: member, note: secret })(),
      ]
      const randomPart = secret.slice(-38)
      for (const shown of [made, ...later])
        expect(json(shown) + inspect(shown, { depth: null, showHidden: true })).not.toContain(randomPart)
      expect(json(later.at(-3))).toContain('GET /?key=[redacted]')
    }),
  )

  test(
    'after the reply to a revocation no front door on the log accepts the key',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      for (let round = 0; round < 50; round += 1) {
        const { keyId, secret } = await make(here, { name: `Key ${round}` })
        expect(await there.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
        await revoke(here, keyId)
        expect(await there.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
        expect(await here.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
      }
    }),
  )

  test(
    'a key that was made through one front door is accepted by another at once, 200 times of 200',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      for (let round = 0; round < 200; round += 1) {
        const { secret, keyId } = await make(here, { name: `Key ${round}` })
        expect(await there.verify(secret, use)()).toMatchObject({ _tag: 'Active', keyId })
      }
    }),
  )

  test(
    'a replaced key keeps its name for the successor; both work until the old one retires',
    withWorld(async ({ open, clock }) => {
      const keys = await open({ activeKeysMax: 1 })
      const old = await make(keys)
      const retireAt = (clock.now() + 2 * day) as Instant
      const replaced = await right(
        keys.replace({ workspaceId: 'acme', keyId: old.keyId, retireAt, actor: member }),
      )
      expect(replaced).toMatchObject({
        replayed: false,
        key: { name: 'Work laptop', status: 'active' },
        replaced: { keyId: old.keyId, name: 'Work laptop', status: 'active', endsAt: retireAt },
      })
      if (O.isNone(replaced.secret)) throw new Error('no secret')
      const successor = replaced.secret.value
      clock.advance(2 * day - 1)
      expect(await keys.verify(old.secret, use)()).toMatchObject({ _tag: 'Active', keyId: old.keyId })
      expect(await keys.verify(successor, use)()).toMatchObject({
        _tag: 'Active',
        keyId: replaced.key.keyId,
      })
      clock.advance(1)
      expect(await keys.verify(old.secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
      expect(await keys.verify(successor, use)()).toMatchObject({ _tag: 'Active' })
    }),
  )

  test(
    'a replaced key retires a day later unless something else is said',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const { keyId } = await make(keys)
      const { replaced } = await right(keys.replace({ workspaceId: 'acme', keyId, actor: member }))
      expect(replaced.endsAt).toBe(clock.now() + day)
    }),
  )

  test(
    'a key with an expiry works until that instant and no longer, and frees its name',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const expiresAt = (clock.now() + 1_000) as Instant
      const { secret, keyId } = await make(keys, { expiresAt })
      clock.advance(999)
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active', expiresAt })
      clock.advance(1)
      expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'expired' })
      expect(await right(keys.get({ workspaceId: 'acme', keyId }))).toMatchObject({
        status: 'expired',
        endsAt: expiresAt,
      })
      await make(keys)
      expect(
        await left(keys.create({ workspaceId: 'acme', name: 'Late', expiresAt, actor: member })),
      ).toEqual({ _tag: 'ExpiryNotInFuture', now: clock.now() })
    }),
  )

  test(
    'the limit counts keys that are neither revoked nor expired, and another workspace has its own',
    withWorld(async ({ open }) => {
      const keys = await open({ activeKeysMax: 2 })
      const first = await make(keys, { name: 'One' })
      await make(keys, { name: 'Two' })
      const third = keys.create({ workspaceId: 'acme', name: 'Three', actor: member })
      expect(await left(third)).toEqual({ _tag: 'KeyLimitReached', activeKeysMax: 2 })
      await make(keys, { workspaceId: 'other', name: 'Three' })
      await revoke(keys, first.keyId)
      expect(await right(third)).toMatchObject({ key: { name: 'Three' } })
    }),
  )

  test(
    'keys are listed newest first, page by page, each exactly once',
    withWorld(async ({ open }) => {
      const keys = await open()
      const made: Array<string> = []
      for (let count = 0; count < 7; count += 1) made.unshift((await make(keys, { name: `K${count}` })).keyId)
      const listed: Array<string> = []
      let after: string | undefined
      let pages = 0
      do {
        const page = await right(
          keys.list({ workspaceId: 'acme', limit: 3, ...(after === undefined ? {} : { after }) }),
        )
        listed.push(...page.keys.map(({ keyId }) => keyId))
        after = O.toUndefined(page.next)
        pages += 1
      } while (after !== undefined)
      expect(listed).toEqual(made)
      expect(pages).toBe(3)
      expect(await right(keys.list({ workspaceId: 'acme', limit: 7 }))).toMatchObject({ next: O.none })
    }),
  )

  test(
    "another workspace's key answers byte for byte as a key that does not exist",
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      const stranger = { workspaceId: 'other', actor: member }
      const asked = (id: string) => [
        keys.get({ ...stranger, keyId: id }),
        keys.rename({ ...stranger, keyId: id, name: 'Mine' }),
        keys.revoke({ ...stranger, keyId: id, reason: 'leaked' }),
        keys.revokeMany({ ...stranger, keyIds: [id] }),
        keys.rename({ ...stranger, keyId: id, name: 'Mine', ifRevision: 0n }),
        keys.replace({ ...stranger, keyId: id }),
      ]
      const unknownId = '0192f0c5-7b3a-7c31-8a44-c0ffee000001'
      for (const id of [keyId, unknownId, 'no id at all'])
        for (const answer of asked(id))
          expect(await left<unknown, unknown>(answer)).toEqual({ _tag: 'KeyNotFound' })
      expect(await right(keys.list({ workspaceId: 'other' }))).toEqual({ keys: [], next: O.none })
      expect(await right(keys.activity({ workspaceId: 'other', keyId }))).toEqual({
        entries: [],
        next: O.none,
      })
      expect(await keys.verify(secret, use)()).toMatchObject({ _tag: 'Active', workspaceId: 'acme' })
      await make(keys, { workspaceId: 'other', name: 'Work laptop' })
    }),
  )

  test(
    'the activity holds the creation, every use, the revocation and the attempts after it, in order',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const { keyId, secret } = await make(keys)
      const agent = { action: 'list_keys', client: 'Claude Code/2.1', address: '203.0.113.7' }
      for (let count = 0; count < 3; count += 1) await keys.verify(secret, agent)()
      clock.advance(5)
      await revoke(keys, keyId)
      await keys.verify(secret, agent)()
      await keys.verify(secret, { action: 'whoami' })()
      const lines = await trailOf(keys, { workspaceId: 'acme', limit: 2 })
      expect(lines.map(told)).toEqual([
        'created',
        'accepted list_keys ×1',
        'accepted list_keys ×1',
        'accepted list_keys ×1',
        'revoked',
        'revoked list_keys ×1',
        'revoked whoami ×1',
      ])
      expect(lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(lines[5]).toMatchObject({ ...agent, keyId, occurredAt: clock.now() })
      const since = await right(keys.activity({ workspaceId: 'acme', since: clock.now() }))
      expect(since.entries.map(told)).toEqual(['revoked whoami ×1', 'revoked list_keys ×1', 'revoked'])
    }),
  )

  test(
    'one workspace sees nothing of the activity of another, not even in its numbers',
    withWorld(async ({ open }) => {
      const keys = await open()
      const ours = await make(keys)
      const theirs = await make(keys, { workspaceId: 'other', name: 'Theirs' })
      await keys.verify(theirs.secret, use)()
      await keys.verify(ours.secret, use)()
      const lines = await trailOf(keys, { workspaceId: 'acme' })
      expect(lines.map((line) => [line.sequence, told(line)])).toEqual([
        [1, 'created'],
        [2, 'accepted whoami ×1'],
      ])
      expect(lines.every(({ keyId, workspaceId }) => keyId === ours.keyId && workspaceId === 'acme')).toBe(
        true,
      )
    }),
  )

  test(
    'a wrong secret for a known id is refused as unknown and counted under the key, without what was said with it',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId } = await make(keys)
      const guess = forged(keyId)
      for (let count = 0; count < 3; count += 1)
        expect(await keys.verify(guess, { action: 'guess', client: 'curl' })()).toEqual({
          _tag: 'Refused',
          reason: 'unknown',
        })
      await keys.close()
      const lines = await trailOf(await open(), { workspaceId: 'acme', keyId })
      expect(lines.map(told)).toEqual(['created', 'wrong-secret (any) ×3'])
      expect(lines[1]).not.toHaveProperty('client')
    }),
  )

  test(
    'a well-formed key with an unknown id is refused as unknown and leaves no line anywhere',
    withWorld(async ({ open }) => {
      const keys = await open()
      await make(keys)
      const unknown = forged('0192f0c5-7b3a-7c31-8a44-c0ffee000001' as never)
      expect(await keys.verify(unknown, use)()).toEqual({ _tag: 'Refused', reason: 'unknown' })
      expect((await trailOf(keys, { workspaceId: 'acme' })).map(told)).toEqual(['created'])
    }),
  )

  describe('a repeated request', () => {
    test(
      'is answered as the first one, without the secret, through any front door and after reopening',
      withWorld(async ({ open }) => {
        const here = await open()
        const request = { workspaceId: 'acme', name: 'CI', actor: member, idempotencyKey: 'deploy-1' }
        const first = await right(here.create(request))
        expect(first).toMatchObject({ replayed: false, secret: { _tag: 'Some' } })
        const there = await open()
        for (const door of [here, there])
          expect(await right(door.create(request))).toEqual({
            key: first.key,
            secret: O.none,
            replayed: true,
          })
        await here.close()
        expect(await right((await open()).create(request))).toMatchObject({ replayed: true, key: first.key })
        expect((await right(there.list({ workspaceId: 'acme' }))).keys).toHaveLength(1)
      }),
    )

    test(
      'that asks for something else is refused, through any front door',
      withWorld(async ({ open }) => {
        const here = await open()
        const there = await open()
        const request = { workspaceId: 'acme', name: 'CI', actor: member, idempotencyKey: 'deploy-1' }
        await right(here.create(request))
        for (const door of [here, there])
          expect(await left(door.create({ ...request, name: 'Other' }))).toEqual({ _tag: 'RequestReused' })
      }),
    )

    test(
      'of another member, operation or workspace is another request',
      withWorld(async ({ open }) => {
        const keys = await open()
        const request = { workspaceId: 'acme', name: 'CI', actor: member, idempotencyKey: 'x' }
        const { key } = await right(keys.create(request))
        await right(keys.create({ ...request, workspaceId: 'other' }))
        const system = { type: 'system', reason: 'a job' } as const
        await right(keys.create({ ...request, actor: system, name: 'CI 2' }))
        const rename = { ...request, keyId: key.keyId, name: 'CI 3' }
        expect(await right(keys.rename(rename))).toMatchObject({ changed: true })
        expect(await right(keys.rename(rename))).toMatchObject({ changed: false })
      }),
    )

    test(
      'of a revocation or replacement is carried out once',
      withWorld(async ({ open }) => {
        const keys = await open()
        const { keyId } = await make(keys)
        const replace = { workspaceId: 'acme', keyId, actor: member, idempotencyKey: 'r' }
        const first = await right(keys.replace(replace))
        const second = await right(keys.replace(replace))
        expect(second).toMatchObject({ replayed: true, secret: O.none, key: first.key, replaced: { keyId } })
        const end = { workspaceId: 'acme', keyId: first.key.keyId, actor: member, idempotencyKey: 'r' }
        expect(await right(keys.revoke(end))).toMatchObject({ changed: true })
        expect(await right(keys.revoke(end))).toMatchObject({ changed: false, key: { status: 'revoked' } })
      }),
    )

    test(
      'that comes 20 times at once through two front doors makes one key and shows one secret',
      withWorld(async ({ open }) => {
        const doors = [await open(), await open()] as const
        const request = { workspaceId: 'acme', name: 'CI', actor: member, idempotencyKey: 'deploy-1' }
        const replies = await Promise.all(
          Array.from({ length: 20 }, (_, count) => right(doors[count % 2 === 0 ? 0 : 1].create(request))),
        )
        expect(new Set(replies.map(({ key }) => key.keyId)).size).toBe(1)
        expect(replies.filter(({ secret }) => O.isSome(secret))).toHaveLength(1)
      }),
    )
  })

  test(
    'of 30 creations with one name at the same time, through two front doors, exactly one succeeds',
    withWorld(async ({ open }) => {
      const doors = [await open(), await open()] as const
      const replies = await Promise.all(
        Array.from({ length: 30 }, (_, count) =>
          doors[count % 2 === 0 ? 0 : 1].create({
            workspaceId: 'acme',
            name: count % 3 === 0 ? 'Work laptop' : 'WORK Laptop',
            actor: member,
          })(),
        ),
      )
      expect(replies.filter(E.isRight)).toHaveLength(1)
      for (const reply of replies)
        expect(E.isRight(reply) ? { _tag: 'NameTaken' } : reply.left).toEqual({ _tag: 'NameTaken' })
    }),
  )

  test(
    'of 30 creations with different names at the same time, through two front doors, all succeed',
    withWorld(async ({ open }) => {
      const doors = [await open(), await open()] as const
      const made = await Promise.all(
        Array.from({ length: 30 }, (_, count) =>
          make(doors[count % 2 === 0 ? 0 : 1], { name: `Key ${count}` }),
        ),
      )
      const verdicts = await Promise.all(made.map(({ secret }) => doors[0].verify(secret, use)()))
      expect(verdicts.filter(({ _tag }) => _tag === 'Active')).toHaveLength(30)
      const listed = await right(doors[1].list({ workspaceId: 'acme', limit: 200 }))
      expect(listed.keys.map(({ revision }) => revision).sort((a, b) => Number(a - b))).toEqual(
        Array.from({ length: 30 }, (_, count) => BigInt(count)),
      )
    }),
  )

  test.each([
    ['workspaceId', { workspaceId: 'a/b' }],
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(65) }],
    ['name', { name: 'pay\u202Epal' }],
    ['expiresAt', { expiresAt: 1.5 as Instant }],
    ['idempotencyKey', { idempotencyKey: 'with space' }],
    ['idempotencyKey', { idempotencyKey: '' }],
  ])('a %s that does not fit is named, and nothing is made: %j', (field, part) =>
    withWorld(async ({ open }) => {
      const keys = await open()
      const error = await left(keys.create({ workspaceId: 'acme', name: 'Fine', actor: member, ...part }))
      expect(error).toMatchObject({ _tag: 'InvalidInput', field })
      expect((await right(keys.list({ workspaceId: 'acme' }))).keys).toEqual([])
    })(),
  )

  test.each([0, 201, 1.5, Number.NaN])('a page has 1 to 200 lines, and %p is refused', (limit) =>
    withWorld(async ({ open }) => {
      const keys = await open()
      for (const asked of [
        keys.list({ workspaceId: 'a', limit }),
        keys.activity({ workspaceId: 'a', limit }),
      ])
        expect(await left<unknown, unknown>(asked)).toMatchObject({ _tag: 'InvalidInput', field: 'limit' })
    })(),
  )
})

describe('a string that is no key of ours', () => {
  const calls = (store: EventStore): { readonly store: EventStore; readonly count: () => number } => {
    let count = 0
    const counted = <A extends ReadonlyArray<unknown>, B>(method: (...given: A) => B) => {
      return (...given: A): B => {
        count += 1
        return method(...given)
      }
    }
    const { append, readStream, readAll, subscribe, close } = store
    return {
      store: {
        append: counted(append),
        readStream: counted(readStream),
        readAll: counted(readAll),
        subscribe: counted(subscribe),
        close,
      },
      count: () => count,
    }
  }

  test('is refused as malformed without a look at the store', async () => {
    const stores = memoryStores()
    const watched = calls(stores.events)
    const keys = await right(openKeys({ store: { ...stores, events: watched.store } }))
    const { secret } = await make(keys)
    const last = secret.endsWith('0') ? '1' : '0'
    const wrong = [
      '',
      'detrics_',
      'Bearer x',
      secret.slice(0, -1),
      `${secret}0`,
      ` ${secret}`,
      secret.slice(0, -1) + last,
      secret.replace('detrics', 'detricz'),
      secret.toUpperCase(),
      'x'.repeat(1_000_000),
      '\u0000'.repeat(69),
    ]
    const before = watched.count()
    for (const text of wrong)
      expect(await keys.verify(text, use)()).toEqual({ _tag: 'Refused', reason: 'malformed' })
    expect(watched.count()).toBe(before)
    await keys.verify(secret, use)()
    expect(watched.count()).toBeGreaterThan(before)
    await keys.close()
  })
})

describe('prefixes', () => {
  test('a retired prefix is still accepted, a prefix of somebody else is not', async () => {
    const stores = altered(memoryStores(), () => ({ close: () => Promise.resolve() }))
    const before = await right(openKeys({ store: stores }))
    const { secret } = await make(before)
    const prefixes = { current: 'acme', retired: ['detrics'] }
    const after = await right(openKeys({ store: stores, prefixes }))
    const fresh = await make(after, { name: 'New' })
    expect(fresh.secret).toMatch(/^acme_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
    expect(fresh.key.mask).toMatch(/^acme_[0-9A-Za-z]{22}_…$/)
    expect(await after.verify(secret, use)()).toMatchObject({ _tag: 'Active' })
    expect(await before.verify(fresh.secret, use)()).toEqual({ _tag: 'Refused', reason: 'malformed' })
    await before.close()
    await after.close()
  })

  test.each([
    { activeKeysMax: 0 },
    { activeKeysMax: 1.5 },
    { prefixes: { current: 'Detrics', retired: [] } },
    { prefixes: { current: 'ok', retired: ['not_ok'] } },
    { store: 'mysql://elsewhere' },
    { store: 'postgres://user:hunter2@127.0.0.1:9/keys' },
    { store: 'esdb://127.0.0.1:9?tls=false' },
    { store: 'esdb://user:hunter2@127.0.0.1:9?tls=false' },
    { store: 'sqlite:' },
  ])('an unsafe setting refuses to open, with a reason: %j', async (settings) => {
    const error = await left(openKeys({ store: 'memory:', ...settings }))
    expect(error).toEqual({ _tag: 'CannotOpen', reason: expect.stringMatching(/.{20,}\.$/) })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })
})

test(
  'a key and its activity are there again after all front doors are closed and one is opened',
  inSqlite(async ({ open }) => {
    const first = await open()
    const { secret, keyId } = await make(first)
    await first.verify(secret, use)()
    await first.close()
    const second = await open()
    expect(await second.verify(secret, use)()).toMatchObject({ _tag: 'Active', keyId })
    expect((await trailOf(second, { workspaceId: 'acme' })).map(told)).toEqual([
      'created',
      'accepted whoami ×1',
      'accepted whoami ×1',
    ])
  }),
)

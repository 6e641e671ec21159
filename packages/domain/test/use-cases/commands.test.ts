import {
  createKey,
  endOfKey,
  renameKey,
  replaceKey,
  reveal,
  revision,
  revokeKey,
  revokeKeys,
  type CommandError,
  type Note,
} from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { inspect } from 'node:util'
import { created, instant, keyId, named, renamed, revoked, workspace } from '../support.js'
import { acmeStream, context, storedElsewhere, world } from './world.js'

const done = async <A>(command: TaskEither<CommandError, A>): Promise<A> => {
  const result = await command()
  if (E.isLeft(result)) throw new Error(`refused: ${result.left._tag}`)
  return result.right
}
const secretOf = ({ secret }: { readonly secret: O.Option<Parameters<typeof reveal>[0]> }): string => {
  if (O.isNone(secret)) throw new Error('no secret')
  return reveal(secret.value)
}
const request = { id: 'request', fingerprint: 'content' }
const create = (name: string) => createKey({ ...context(), name: named(name) })

describe('creating a key', () => {
  test('stores its digest and hands out its secret, which is stored nowhere', async () => {
    const here = world()
    const made = await done(
      createKey({ ...context(), name: named('CI'), expiresAt: instant(2_000_000) })(here),
    )
    const secret = secretOf(made)
    expect(made.events).toStrictEqual([
      {
        type: 'KeyCreated',
        keyId: made.keyId,
        name: 'CI',
        digest: { scheme: 'crc', value: expect.any(String) },
        expiresAt: 2_000_000,
      },
    ])
    const key = made.ring.keys.get(made.keyId)
    expect(key && here.digester.matches(secret, key.digest)).toBe(true)
    const [stored] = here.store.events(acmeStream)
    expect(stored?.type).toBe('KeyCreated')
    expect(JSON.parse(stored?.metadata ?? '')).toStrictEqual({
      actor: { type: 'system', reason: 'test' },
      occurredAt: '1970-01-01T00:16:40.000Z',
      correlationId: expect.any(String),
      origin: { address: '203.0.113.7' },
    })
    expect(`${stored?.data}${stored?.metadata}`).not.toContain(secret.slice(-38))
    expect(inspect(made, { depth: null })).not.toContain(secret.slice(-38))
  })

  test('is done once for a request that comes again, and the secret is handed out once', async () => {
    const here = world()
    const wanted = createKey({ ...context(request), name: named('CI') })
    const first = await done(wanted(here))
    const again = await done(wanted(here))
    expect(again).toMatchObject({ keyId: first.keyId, events: [], secret: O.none })
    expect(here.store.events(acmeStream)).toHaveLength(1)
  })

  test('is done once for a request that comes again in another process', async () => {
    const here = world()
    const there = world(here.store, 100)
    const first = await done(createKey({ ...context(request), name: named('CI') })(here))
    const again = await done(createKey({ ...context(request), name: named('CI') })(there))
    expect(again).toMatchObject({ keyId: first.keyId, events: [], secret: O.none })
  })

  test('is refused for a request id that was used with other content', async () => {
    const here = world()
    await done(createKey({ ...context(request), name: named('CI') })(here))
    const other = { ...request, fingerprint: 'other content' }
    expect(await createKey({ ...context(other), name: named('CI 2') })(here)()).toStrictEqual(
      E.left({ _tag: 'RequestReused' }),
    )
  })

  test('draws another key each time when one task is run twice', async () => {
    const here = world()
    const task = create('CI')(here)
    const first = await done(task)
    expect(await task()).toStrictEqual(E.left({ _tag: 'NameTaken' }))
    await done(
      revokeKey({ ...context(), keyId: first.keyId, effective: 'immediately', reason: 'requested' })(here),
    )
    const second = await done(task)
    expect(secretOf(second)).not.toBe(secretOf(first))
    expect(second.keyId).not.toBe(first.keyId)
  })
})

describe('replacing a key', () => {
  test('makes the successor and ends the key in one append, a day later unless told otherwise', async () => {
    const here = world()
    const { keyId: old } = await done(create('CI')(here))
    const made = await done(replaceKey({ ...context(), keyId: old })(here))
    expect(here.store.appends).toHaveLength(2)
    expect(here.store.appends[1]?.events.map(({ type }) => type)).toStrictEqual(['KeyCreated', 'KeyRevoked'])
    expect(made.ring.keys.get(made.keyId)?.name).toBe('CI')
    expect(made.ring.keys.get(old)?.revocation).toMatchObject({
      effective: 1_000_000 + 86_400_000,
      reason: 'replaced',
    })
    expect(secretOf(made)).toHaveLength(69)
  })

  test('names the successor when the request comes again', async () => {
    const here = world()
    const { keyId: old } = await done(create('CI')(here))
    const wanted = replaceKey({ ...context(request), keyId: old, retireAt: instant(1_000_001) })
    const made = await done(wanted(here))
    expect(await done(wanted(here))).toMatchObject({ keyId: made.keyId, events: [], secret: O.none })
    expect(here.store.events(acmeStream)).toHaveLength(3)
  })
})

describe('renaming and revoking a key', () => {
  test('a key is renamed', async () => {
    const here = world()
    const { keyId: id } = await done(create('CI')(here))
    const changed = await done(renameKey({ ...context(), keyId: id, name: named('Nightly') })(here))
    expect(changed.events).toStrictEqual([renamed(id, 'Nightly')])
    expect(changed.ring.keys.get(id)).toMatchObject({ name: 'Nightly', revision: 1n })
  })

  test('a key is revoked, with who did it, when and why', async () => {
    const here = world()
    const { keyId: id } = await done(create('CI')(here))
    here.wait(500)
    const note = 'Laptop stolen.' as Note
    const changed = await done(
      revokeKey({ ...context(), keyId: id, effective: 'immediately', reason: 'compromised', note })(here),
    )
    expect(changed.ring.keys.get(id)?.revocation).toStrictEqual({
      effective: 'immediately',
      reason: 'compromised',
      note,
      revokedAt: 1_000_500,
      revokedBy: { type: 'system', reason: 'test' },
    })
    expect(endOfKey(changed.ring.keys.get(id) ?? {})).toBe(Number.NEGATIVE_INFINITY)
  })

  test('the key of another workspace is not found', async () => {
    const here = world()
    const there = { ...context(), workspaceId: workspace('other') }
    const { keyId: foreign } = await done(createKey({ ...there, name: named('CI') })(here))
    const notFound = E.left({ _tag: 'KeyNotFound' })
    const revocation = { keyId: foreign, effective: 'immediately', reason: 'requested' } as const
    expect(await revokeKey({ ...context(), ...revocation })(here)()).toStrictEqual(notFound)
    expect(await renameKey({ ...context(), keyId: foreign, name: named('X') })(here)()).toStrictEqual(
      notFound,
    )
    expect(await replaceKey({ ...context(), keyId: foreign })(here)()).toStrictEqual(notFound)
    expect(here.store.events(acmeStream)).toHaveLength(0)
  })
})

describe('revoking several keys', () => {
  /** A process whose workspace has so many keys, made elsewhere. */
  const withKeys = (count: number) => {
    const here = world()
    const ids = Array.from({ length: count }, (_, i) => keyId(0x1000 + i))
    here.store.appendElsewhere(
      acmeStream,
      ids.map((id, i) => storedElsewhere(i, created(id, `Key ${i}`))),
    )
    return { here, ids }
  }

  test('ends as many as an append takes events in one append, as one request', async () => {
    const { here, ids } = withKeys(1_000)
    const wanted = revokeKeys({ ...context(request), keyIds: ids, reason: 'leaked' })
    const changed = await done(wanted(here))
    expect(here.store.appends.map(({ events }) => events.length)).toStrictEqual([1_000])
    expect(changed.ring.requests.get(request.id)?.keyIds).toStrictEqual(ids)
    const ends = ids.map((id) => endOfKey(changed.ring.keys.get(id) ?? {}))
    expect(new Set(ends)).toStrictEqual(new Set([Number.NEGATIVE_INFINITY]))
    expect((await done(wanted(here))).events).toStrictEqual([])
  })

  test('does nothing to any where one is not found', async () => {
    const { here, ids } = withKeys(3)
    const result = await revokeKeys({ ...context(), keyIds: [...ids, keyId(1)], reason: 'requested' })(here)()
    expect(result).toStrictEqual(E.left({ _tag: 'KeyNotFound' }))
    expect(here.store.appends).toHaveLength(0)
  })

  test('is decided again after a conflict: what was revoked meanwhile is passed over', async () => {
    const { here, ids } = withKeys(3)
    const before = (): void =>
      here.store.appendElsewhere(acmeStream, [storedElsewhere(9, revoked(keyId(0x1001), 'immediately'))])
    here.store.scriptAppends([{ before }])
    const changed = await done(revokeKeys({ ...context(), keyIds: ids, reason: 'requested' })(here))
    expect(changed.events).toStrictEqual([ids[0]!, ids[2]!].map((id) => revoked(id, 'immediately')))
  })

  test('tries as long as revoking one does', async () => {
    const { here, ids } = withKeys(1)
    here.store.scriptAppends([], 'Unavailable')
    await revokeKeys({ ...context(), keyIds: ids, reason: 'leaked' })(here)()
    expect(here.clock.monotonicMs()).toBeGreaterThanOrEqual(10_000)
  })
})

describe('a command that is bound to a revision', () => {
  test.each([
    ['before the command', false],
    ['between its decision and its append', true],
  ])('is refused when another process has changed the key %s', async (_, isLate) => {
    const here = world()
    const { keyId: id, ring } = await done(create('CI')(here))
    const ifRevision = ring.keys.get(id)!.revision
    const before = (): void =>
      here.store.appendElsewhere(acmeStream, [storedElsewhere(1, renamed(id, 'Elsewhere'))])
    if (isLate) here.store.scriptAppends([{ before }])
    else before()
    const bound = { ...context(), keyId: id, ifRevision }
    for (const command of [
      renameKey({ ...bound, name: named('Nightly') }),
      revokeKey({ ...bound, effective: 'immediately', reason: 'requested' }),
      replaceKey(bound),
    ]) {
      const task: TaskEither<CommandError, unknown> = command(here)
      expect(await task()).toStrictEqual(E.left({ _tag: 'KeyChanged' }))
    }
    expect(here.store.events(acmeStream).map(({ type }) => type)).toStrictEqual(['KeyCreated', 'KeyRenamed'])
  })

  test('is carried out though other keys were changed elsewhere meanwhile', async () => {
    const here = world()
    const { keyId: id } = await done(create('CI')(here))
    here.store.appendElsewhere(acmeStream, [storedElsewhere(1, created(keyId(99), 'Elsewhere'))])
    const bound = { ...context(), keyId: id, ifRevision: revision(0) }
    const changed = await done(renameKey({ ...bound, name: named('Nightly') })(here))
    expect(changed.ring.keys.get(id)).toMatchObject({ name: 'Nightly', revision: 2n })
  })
})

describe('what was decided elsewhere', () => {
  test('a name that another process freed is not refused from what is cached', async () => {
    const here = world()
    const { keyId: id } = await done(create('CI')(here))
    here.store.appendElsewhere(acmeStream, [storedElsewhere(1, revoked(id, 'immediately'))])
    expect((await done(create('CI')(here))).events).toHaveLength(1)
  })

  test('a key that another process made is found', async () => {
    const here = world()
    await done(create('CI')(here))
    here.store.appendElsewhere(acmeStream, [storedElsewhere(1, created(keyId(99), 'Elsewhere'))])
    const revocation = { keyId: keyId(99), effective: 'immediately', reason: 'requested' } as const
    expect((await done(revokeKey({ ...context(), ...revocation })(here))).events).toHaveLength(1)
  })

  test('a revocation is not taken for done from what is cached of a log that was put back', async () => {
    const here = world()
    const { keyId: id } = await done(create('CI')(here))
    const revoke = revokeKey({ ...context(), keyId: id, effective: 'immediately', reason: 'leaked' })
    await done(revoke(here))
    here.store.putBack(acmeStream, 1)
    expect((await done(revoke(here))).events).toHaveLength(1)
    expect(here.store.events(acmeStream)).toHaveLength(2)
  })

  test('a refusal leaves after one read of the tail, a success without any', async () => {
    const here = world()
    await done(create('CI')(here))
    const reads = here.store.reads.length
    await done(create('CI 2')(here))
    expect(here.store.reads).toHaveLength(reads)
    expect(await create('CI')(here)()).toStrictEqual(E.left({ _tag: 'NameTaken' }))
    expect(here.store.reads.slice(reads)).toStrictEqual([
      { stream: acmeStream, direction: 'forwards', from: 2n, limit: 1_000 },
    ])
    expect(here.pauses).toStrictEqual([])
  })
})

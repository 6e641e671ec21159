import { describe, expect, test } from '@jest/globals'
import { encodeKeyRingEvent, keyRingStream, noStream, type EventId } from '@detrics/keys-domain'
import {
  openKeys,
  type Instant,
  type KeyId,
  type Keys,
  type ListRequest,
  type WorkspaceId,
} from '@detrics/keys'
import * as O from 'fp-ts/lib/Option.js'
import { v7 } from 'uuid'
import { forged, left, make, member, memoryStores, right, worlds } from './harness.js'

const namesOf = async (keys: Keys, request: Partial<ListRequest> = {}): Promise<ReadonlyArray<string>> => {
  const names: Array<string> = []
  let after: string | undefined
  do {
    const position = after === undefined ? {} : { after }
    const page = await right(keys.list({ workspaceId: 'acme', limit: 2, ...request, ...position }))
    expect(page.keys.length === 2 || O.isNone(page.next)).toBe(true)
    names.push(...page.keys.map(({ name }) => name))
    after = O.toUndefined(page.next)
  } while (after !== undefined)
  return names
}

describe.each(worlds)('a list on %s', (_, withWorld) => {
  test.each([
    ['a part of the name', 'apto', ['Old laptop', 'Work Laptop']],
    ['any case of letters', 'LAPTOP', ['Old laptop', 'Work Laptop']],
    ['spaces around it and too many in it', '  work   laptop ', ['Work Laptop']],
    ['another form of the same characters', '\uFF2CAPTO\uFF30', ['Old laptop', 'Work Laptop']],
    ['composed or not', 'gro\u0308\u00DFe', ['Gr\u00F6\u00DFe']],
    ['the sharp s', 'GR\u00D6SSE', ['Gr\u00F6\u00DFe']],
    [
      'a sigma that ends the text and not the word',
      '\u039F\u0394\u039F\u03A3',
      ['\u039F\u0394\u039F\u03A3\u0391'],
    ],
    ['a short text', 'o', ['Old laptop', 'Work Laptop']],
    ['what no name has', 'phone', []],
    ['what only means something elsewhere', '.*', []],
  ])('is searched by names, whatever the form of characters: %s', (_case, search, expected) =>
    withWorld(async ({ open }) => {
      const keys = await open()
      for (const name of ['Work Laptop', 'Gr\u00F6\u00DFe', '\u039F\u0394\u039F\u03A3\u0391', 'Old laptop'])
        await make(keys, { name })
      await make(keys, { workspaceId: 'other', name: 'Their laptop, phone .*' })
      expect(await namesOf(keys, { search })).toEqual(expected)
    })(),
  )

  test(
    'is searched by key ids and masks, as they are shown or a part of them',
    withWorld(async ({ open }) => {
      const keys = await open()
      const [first, second] = [await make(keys, { name: 'One' }), await make(keys, { name: 'Two' })]
      const { key, keyId } = first
      const end = key.mask.slice(-8)
      for (const search of [
        key.mask,
        ` ${key.mask} `,
        end,
        end.slice(0, 6),
        keyId,
        keyId.toUpperCase(),
        keyId.slice(-12),
      ])
        expect(await namesOf(keys, { search })).toEqual(['One'])
      expect(await namesOf(keys, { search: second.keyId })).toEqual(['Two'])
    }),
  )

  test(
    'is not found by what stands in every mask, or in many by chance',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { keyId, key } = await make(keys, { name: 'One' })
      for (const search of ['detrics', 'detrics_', 'tri', keyId.slice(-3), key.mask.slice(-5, -2)])
        expect(await namesOf(keys, { search })).toEqual([])
    }),
  )

  test(
    'is not searched by a key, whole or cut short, and the refusal does not repeat it',
    withWorld(async ({ open }) => {
      const keys = await open()
      const { secret, keyId } = await make(keys)
      for (const search of [secret, ` ${secret}`, secret.slice(0, -5), secret.slice(-38), forged(keyId)]) {
        const error = await left(keys.list({ workspaceId: 'acme', search }))
        expect(error).toEqual({
          _tag: 'InvalidInput',
          field: 'search',
          detail: 'This is a key; search by name or by the part shown in the list.',
        })
      }
    }),
  )

  test.each(['', '  ', '\u200D', 'x'.repeat(65)])(
    'is searched by 1 to 64 visible characters, and %j is refused',
    (search) =>
      withWorld(async ({ open }) => {
        const keys = await open()
        expect(await left(keys.list({ workspaceId: 'acme', search }))).toMatchObject({
          _tag: 'InvalidInput',
          field: 'search',
        })
        expect(await namesOf(keys, { search: '\u{1F600}'.repeat(64) })).toEqual([])
      })(),
  )

  test(
    'finds a renamed key by its new name and no longer by its old one',
    withWorld(async ({ open }) => {
      const here = await open()
      const there = await open()
      const { keyId } = await make(here, { name: 'Before' })
      expect(await namesOf(there, { search: 'fore' })).toEqual(['Before'])
      await right(here.rename({ workspaceId: 'acme', keyId, actor: member, name: 'After' }))
      expect(await namesOf(there, { search: 'fore' })).toEqual([])
      expect(await namesOf(there, { search: 'aft' })).toEqual(['After'])
    }),
  )

  test(
    'shows the keys of one state only, as they are at the moment, also together with a search',
    withWorld(async ({ open, clock }) => {
      const keys = await open()
      const expiresAt = (clock.now() + 10) as Instant
      for (const name of ['A 1', 'B 1', 'A 2', 'A 3']) await make(keys, { name })
      for (const name of ['A 4', 'B 2']) await make(keys, { name, expiresAt })
      const [retired, revoked] = (await right(keys.list({ workspaceId: 'acme', search: '1' }))).keys
      const acme = { workspaceId: 'acme', actor: member }
      await right(keys.revoke({ ...acme, keyId: revoked!.keyId }))
      await right(keys.revoke({ ...acme, keyId: retired!.keyId, effective: expiresAt }))
      expect(await namesOf(keys, { status: 'active' })).toEqual(['B 2', 'A 4', 'A 3', 'A 2', 'B 1'])
      expect(await namesOf(keys, { status: 'revoked' })).toEqual(['A 1'])
      clock.advance(10)
      expect(await namesOf(keys, { status: 'active' })).toEqual(['A 3', 'A 2'])
      expect(await namesOf(keys, { status: 'revoked' })).toEqual(['B 1', 'A 1'])
      expect(await namesOf(keys, { status: 'expired' })).toEqual(['B 2', 'A 4'])
      expect(await namesOf(keys, { status: 'expired', search: 'a' })).toEqual(['A 4'])
      expect(await namesOf(keys)).toEqual(['B 2', 'A 4', 'A 3', 'A 2', 'B 1', 'A 1'])
    }),
  )
})

test('a list is by creation also where keys stand in the log in another order', async () => {
  const stores = memoryStores()
  const keys = await right(openKeys({ store: stores }))
  const ids = [3, 1, 2].map((number) => `0192f0c5-7b3a-7c31-8a44-00000000000${number}` as KeyId)
  const metadata = { actor: member, occurredAt: 1_000 as Instant, correlationId: '', origin: {} }
  const [first, ...others] = ids.map((keyId, index) =>
    encodeKeyRingEvent(
      v7() as EventId,
      { type: 'KeyCreated', keyId, name: `Key ${index}`, digest: { scheme: 'sha256', value: '' } },
      metadata,
    ),
  )
  await right(stores.events.append(keyRingStream('acme' as WorkspaceId), noStream, [first!, ...others]))
  expect(await namesOf(keys)).toEqual(['Key 0', 'Key 2', 'Key 1'])
  await keys.close()
})

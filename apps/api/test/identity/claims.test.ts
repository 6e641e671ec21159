import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  makeKey,
  openSigningProvider,
  tokenOf,
  type SigningKey,
  type SigningProvider,
} from './signing-provider.js'
import { openOidc } from './support.js'

let key: SigningKey
let provider: SigningProvider
beforeAll(async () => {
  key = await makeKey('one')
  provider = await openSigningProvider(key)
})

const claiming = async (claims: object, names: object = {}) => {
  const { bearing, troubles } = openOidc(provider.issuer, names)
  const answer = await bearing(await tokenOf(provider.issuer, { key, claims: { ...claims } }))
  return { answer, troubles }
}

const workspacesOf = async (workspaces: unknown) => (await claiming({ workspaces })).answer

const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `w${i}`, role: 'viewer' }))

describe('the workspaces of a member', () => {
  test('are those of the claim, named by their ids where they have no name', async () => {
    const workspaces = [
      { id: 'acme', name: 'Acme', role: 'manager', since: 2020 },
      { id: 'other_1-x', role: 'viewer' },
    ]
    expect(await workspacesOf(workspaces)).toMatchObject({
      workspaces: [
        { workspaceId: 'acme', name: 'Acme', role: 'manager' },
        { workspaceId: 'other_1-x', name: 'other_1-x', role: 'viewer' },
      ],
    })
  })

  test('are none where the claim is missing or empty', async () => {
    for (const workspaces of [undefined, []])
      expect(await workspacesOf(workspaces)).toMatchObject({ memberId: 'member', workspaces: [] })
  })

  test('are a thousand at most', async () => {
    expect(await workspacesOf(numbered(200))).toMatchObject({ memberId: 'member' })
    const { answer, troubles } = await claiming({ workspaces: numbered(1_001) })
    expect(answer).toBe('token_invalid')
    expect(troubles[0]?.cause).toContain('more than 1000')
    expect(await workspacesOf(numbered(1_000))).toMatchObject({ memberId: 'member' })
  })

  test('come from the claim that the settings name', async () => {
    const names = { workspacesClaim: 'https://example.com/teams' }
    const claims = { 'https://example.com/teams': [{ id: 'team', role: 'viewer' }] }
    expect((await claiming(claims, names)).answer).toMatchObject({
      workspaces: [{ workspaceId: 'team', name: 'team', role: 'viewer' }],
    })
  })

  const marker = 'm4rk3r'
  test.each<[string, unknown, string]>([
    ['a text', marker, 'is no array'],
    ['null', null, 'is no array'],
    ['an object', { id: 'acme', role: marker }, 'is no array'],
    ['a list of texts', ['acme', marker], 'at 0: entry'],
    ['a list with nothing in it', [{ id: 'acme', role: 'viewer' }, null], 'at 1: entry'],
    ['a role that there is not', [{ id: 'acme', role: marker }], 'at 0: role'],
    ['no role', [{ id: 'acme' }], 'at 0: role'],
    ['a role in capitals', [{ id: 'acme', role: 'Manager' }], 'at 0: role'],
    ['an id that is none', [{ id: `${marker} / ..`, role: 'viewer' }], 'at 0: id'],
    ['an id that is too long', [{ id: 'a'.repeat(65), role: 'viewer' }], 'at 0: id'],
    ['a number as an id', [{ id: 7, role: 'viewer' }], 'at 0: id'],
    ['a name that is a number', [{ id: 'acme', role: 'viewer', name: 7 }], 'at 0: name'],
    ['a name with a line break', [{ id: 'acme', role: 'viewer', name: `${marker}\nb` }], 'at 0: name'],
    [
      'one of them twice',
      [
        { id: 'acme', role: 'viewer' },
        { id: 'acme', role: 'manager' },
      ],
      'twice',
    ],
    ['a wrong one behind right ones', [...numbered(3), { id: 'acme', role: marker }], 'at 3: role'],
  ])(
    'are not guessed: %s refuses the token, and tells the operator where without what',
    async (_, listed, where) => {
      const { answer, troubles } = await claiming({ workspaces: listed })
      expect(answer).toBe('token_invalid')
      expect(troubles).toEqual([{ about: 'claims', cause: expect.stringContaining(where) }])
      expect(JSON.stringify(troubles)).not.toContain(marker)
    },
  )
})

describe('the id of a member', () => {
  test('is the subject, or the claim that the settings name', async () => {
    expect((await claiming({ sub: 'auth0|5f7c', uid: 'u-1' })).answer).toMatchObject({
      memberId: 'auth0|5f7c',
    })
    expect((await claiming({ uid: 'u-1' }, { memberClaim: 'uid' })).answer).toMatchObject({ memberId: 'u-1' })
  })

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a number', 7],
    ['a list', ['member']],
    ['with a line break', 'a\nb'],
    ['too long', 'a'.repeat(257)],
  ])('that is %s refuses the token', async (_, uid) => {
    const { answer, troubles } = await claiming({ uid }, { memberClaim: 'uid' })
    expect([answer, troubles.length]).toEqual(['token_invalid', 1])
  })

  test('does not make up for a subject, which every token has', async () => {
    for (const sub of [undefined, 7])
      expect((await claiming({ sub, uid: 'u-1' }, { memberClaim: 'uid' })).answer).toBe('token_invalid')
  })

  test.each(['constructor', '__proto__', 'toString'])(
    'is not found in what every object has: %s',
    async (name) => {
      expect((await claiming({}, { memberClaim: name })).answer).toBe('token_invalid')
    },
  )
})

describe('the name of a member', () => {
  test.each<[object, string]>([
    [{ name: 'Member Lee', preferred_username: 'member.lee' }, 'Member Lee'],
    [{ preferred_username: 'member.lee' }, 'member.lee'],
    [{}, 'member'],
    [{ name: '', preferred_username: 'member.lee' }, 'member.lee'],
    [{ name: 7, preferred_username: 'a\u202Eb' }, 'member'],
    [{ name: 'x'.repeat(257) }, 'member'],
  ])('in %j is the first that can be shown', async (claims, name) => {
    expect((await claiming(claims)).answer).toMatchObject({ name })
  })
})

import { containsKey, openKeys, reveal } from '@detrics/keys'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { developmentIdentity } from '../../src/identity/index.js'
import { makeKey, openSigningProvider, tokenOf } from './signing-provider.js'
import { asked, openOidc } from './support.js'

let secret = ''
let close: () => Promise<void> = () => Promise.resolve()
beforeAll(async () => {
  const keys = await openKeys({ store: 'memory:' })()
  if (E.isLeft(keys)) throw new Error(keys.left.reason)
  const actor = { type: 'system', reason: 'test' } as const
  const made = await keys.right.create({ workspaceId: 'demo-a', name: 'Work laptop', actor })()
  if (E.isLeft(made) || O.isNone(made.right.secret)) throw new Error('no key was made')
  secret = reveal(made.right.secret.value)
  close = () => keys.right.close()
})
afterAll(() => close())

describe('the development identity', () => {
  test('is the one member, a manager of both workspaces, for whoever sends no credential', async () => {
    const member = {
      type: 'member',
      memberId: 'dev-member',
      name: 'Development member',
      workspaces: [
        { workspaceId: 'demo-a', name: 'Demo workspace A', role: 'manager' },
        { workspaceId: 'demo-b', name: 'Demo workspace B', role: 'manager' },
      ],
      signedInBy: 'development',
    }
    for (const headers of [{}, { authorization: '' }, { cookie: '__Host-detrics-session=x' }])
      for (const method of ['GET', 'POST'])
        expect(await asked(developmentIdentity, headers, method)).toEqual(member)
  })

  test.each(['Bearer x', 'Basic YTpi', 'Bearer', 'Negotiate abc'])(
    'is nobody with a credential that says somebody else: %s',
    async (authorization) => {
      expect(await asked(developmentIdentity, { authorization })).toBe('token_invalid')
    },
  )

  test('has no way to sign in', () => {
    expect(developmentIdentity.addRoutes).toBeUndefined()
  })
})

describe('an API key', () => {
  test('says of no identity which member asks, and whoever sends it is told so', async () => {
    const provider = await openSigningProvider(await makeKey('one'))
    const { identity } = openOidc(provider.issuer)
    const cut = secret.slice(0, -5)
    for (const one of [developmentIdentity, identity])
      for (const authorization of [
        `Bearer ${secret}`,
        `bearer ${cut}`,
        secret,
        `Token ${secret}`,
        `Bearer "${secret}"`,
      ])
        expect(await asked(one, { authorization })).toBe('key_is_no_member')
    expect(provider.asked.size).toBe(0)
  })

  test('is not found by chance in the random characters of a token', async () => {
    const key = await makeKey('one', 'RS256')
    const provider = await openSigningProvider(key)
    const { bearing } = openOidc(provider.issuer)
    let alike = 0
    for (let i = 0; i < 40; i += 1) {
      const token = await tokenOf(provider.issuer, { key, claims: { jti: String(i) } })
      if (containsKey(token)) alike += 1
      expect(await bearing(token)).toMatchObject({ memberId: 'member' })
      expect(await asked(developmentIdentity, { authorization: `Bearer ${token}` })).toBe('token_invalid')
    }
    expect(alike).toBeGreaterThan(0)
  })
})

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { UnsecuredJWT } from 'jose'
import { openProvider } from '../../src/identity/provider.js'
import { openSignIn, type SignIn } from '../../src/identity/session/sign-in.js'
import {
  makeKey,
  openSigningProvider,
  tokenOf,
  type SigningKey,
  type SigningProvider,
  type TokenWish,
} from './signing-provider.js'
import { manualClock } from './support.js'

let key: SigningKey
let provider: SigningProvider
let signIn: SignIn
beforeAll(async () => {
  key = await makeKey('one')
})
beforeEach(async () => {
  provider = await openSigningProvider(key)
  signIn = signInWith({})
})

const signInWith = (secret: { readonly clientSecret?: string }): SignIn => {
  // The library reads the clock of the machine.
  const clock = manualClock(Date.now() / 1_000)
  const parts = { issuer: provider.issuer, clientId: 'page', clock, onTrouble: () => undefined, ...secret }
  return openSignIn({
    ...parts,
    provider: openProvider(parts),
    publicUrl: 'http://127.0.0.1:4700',
    memberClaim: 'sub',
    workspacesClaim: 'workspaces',
  })
}

const inMinutes = (minutes: number): number => Math.floor(Date.now() / 1_000) + minutes * 60

type Issue = (right: TokenWish & { readonly claims: object }) => Promise<unknown>

/** A sign-in in which the provider answers the code with this ID token. */
const signingIn = async (issue: Issue, interfere: () => void = () => undefined): Promise<unknown> => {
  const begun = await signIn.begin({ browser: 'b', returnTo: '/' })
  const { searchParams } = new URL(begun._tag === 'Right' ? begun.right : '')
  const [state, nonce] = [searchParams.get('state') ?? '', searchParams.get('nonce') ?? '']
  const claims = { aud: 'page', iat: inMinutes(0), exp: inMinutes(5), nonce }
  const token = await issue({ key, claims, header: { typ: 'JWT' } })
  provider.exchange = {
    status: 200,
    reply: {
      access_token: 'opaque',
      token_type: 'Bearer',
      ...(token === undefined ? {} : { id_token: token }),
    },
  }
  interfere()
  const finished = await signIn.finish('b', new URLSearchParams({ code: 'c', state }).toString())
  return finished._tag === 'Right' ? finished.right.member : finished.left
}

const sign = (wish: TokenWish): Promise<string> => tokenOf(provider.issuer, wish)

describe('the ID token of a sign-in', () => {
  test('says who it is', async () => {
    expect(await signingIn(sign)).toEqual({
      type: 'member',
      memberId: 'member',
      name: 'member',
      workspaces: [{ workspaceId: 'acme', name: 'Acme', role: 'manager' }],
      signedInBy: 'session',
    })
  })

  test.each<[string, Issue]>([
    ['is signed by somebody else', async (right) => sign({ ...right, key: await makeKey('one') })],
    [
      'is signed with a key that the provider does not show',
      async (right) => sign({ ...right, key: await makeKey('two') }),
    ],
    [
      'is not signed',
      ({ claims }) =>
        Promise.resolve(new UnsecuredJWT({ iss: provider.issuer, sub: 'member', ...claims }).encode()),
    ],
    ['is missing', () => Promise.resolve(undefined)],
    ['is no token', () => Promise.resolve('x')],
    ['answers another question', (right) => sign({ ...right, claims: { ...right.claims, nonce: 'other' } })],
    ['answers no question', (right) => sign({ ...right, without: ['nonce'] })],
    ['is for another client', (right) => sign({ ...right, claims: { ...right.claims, aud: 'other' } })],
    [
      'is for us and, in the first place, for another',
      (right) => sign({ ...right, claims: { ...right.claims, aud: ['page', 'other'], azp: 'other' } }),
    ],
    [
      'is of another issuer',
      (right) => sign({ ...right, claims: { ...right.claims, iss: 'https://id.example.com' } }),
    ],
    ['has ended', (right) => sign({ ...right, claims: { ...right.claims, exp: inMinutes(-1) } })],
    ['has no end', (right) => sign({ ...right, without: ['exp'] })],
    ['has no subject', (right) => sign({ ...right, without: ['sub'] })],
    ['is a token for something else', (right) => sign({ ...right, header: { typ: 'logout+jwt' } })],
  ])('signs nobody in when it %s', async (_, issue) => {
    expect(await signingIn(issue)).toBe('sign_in_failed')
  })

  test('may be signed with a key that was shown a moment ago', async () => {
    expect(await signingIn(sign)).toMatchObject({ memberId: 'member' })
  })
})

describe('the exchange of the code', () => {
  test.each<[string, () => void, string]>([
    [
      'is refused',
      () => (provider.exchange = { status: 400, reply: { error: 'invalid_grant' } }),
      'sign_in_failed',
    ],
    [
      'does not know us',
      () => (provider.exchange = { status: 401, reply: { error: 'invalid_client' } }),
      'sign_in_failed',
    ],
    ['is broken', () => (provider.exchange = { status: 500, reply: {} }), 'identity_unavailable'],
    ['is not answered', () => (provider.isSilent = true), 'identity_unavailable'],
  ])('that %s signs nobody in, and says which of the two it is', async (_, change, fault) => {
    const begun = performance.now()
    expect(await signingIn(sign, change)).toBe(fault)
    expect(performance.now() - begun).toBeLessThan(6_000)
  })

  const clientSecret = 's3cr3t:+/ä'
  const takes = (...methods: ReadonlyArray<string>) => ({ token_endpoint_auth_methods_supported: methods })
  const [inHeader, inBody, nowhere] = [
    ['Basic', null],
    [null, clientSecret],
    [null, null],
  ]
  test.each([
    ['in the header', { clientSecret }, {}, inHeader],
    [
      'in the header, where it may',
      { clientSecret },
      takes('client_secret_post', 'client_secret_basic'),
      inHeader,
    ],
    ['in the body, where it must', { clientSecret }, takes('client_secret_post'), inBody],
    ['not, where there is none', {}, {}, nowhere],
  ])('carries the secret of the client %s', async (_, secret, discovery, place) => {
    provider.discovery = discovery
    signIn = signInWith(secret)
    expect(await signingIn(sign)).toMatchObject({ memberId: 'member' })
    const { authorization, body } = provider.exchanged
    expect([authorization?.split(' ')[0] ?? null, body.get('client_secret')]).toEqual(place)
    expect(body.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  })
})

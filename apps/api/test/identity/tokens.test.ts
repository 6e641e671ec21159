import { beforeAll, describe, expect, test } from '@jest/globals'
import { SignJWT, UnsecuredJWT, exportSPKI, importJWK, type CryptoKey } from 'jose'
import { createHmac } from 'node:crypto'
import {
  audience,
  makeKey,
  nowSeconds,
  openSigningProvider,
  tokenOf,
  type SigningKey,
  type SigningProvider,
  type TokenWish,
} from './signing-provider.js'
import { manualClock, openOidc, second, type OidcUnderTest } from './support.js'

let provider: SigningProvider
let oidc: OidcUnderTest
let key: SigningKey
const member = {
  type: 'member',
  memberId: 'member',
  name: 'member',
  workspaces: [{ workspaceId: 'acme', name: 'Acme', role: 'manager' }],
  signedInBy: 'token',
}

beforeAll(async () => {
  key = await makeKey('one')
  provider = await openSigningProvider(key)
  oidc = openOidc(provider.issuer)
})

const answer = async (wish: Partial<TokenWish>): Promise<unknown> =>
  oidc.bearing(await tokenOf(provider.issuer, { key, ...wish }))

describe('an access token', () => {
  test('that is right says who the member is', async () => {
    expect(await answer({})).toEqual(member)
  })

  test.each([
    ['in capitals', 'BEARER '],
    ['with more space', 'bearer   '],
  ])('is read %s', async (_, scheme) => {
    const token = await tokenOf(provider.issuer, { key })
    expect(
      await oidc.identity.identify({ method: 'POST', headers: { authorization: `${scheme}${token} ` } }),
    ).toMatchObject({ right: member })
  })

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const signer = await makeKey(`key-${alg}`, alg)
    const other = await openSigningProvider(signer)
    expect(await openOidc(other.issuer).bearing(await tokenOf(other.issuer, { key: signer }))).toEqual(member)
  })

  test.each([
    { typ: 'JWT' },
    { typ: 'at+jwt' },
    { typ: 'AT+JWT' },
    { typ: 'application/at+jwt' },
    { typ: undefined },
  ])('may be declared as %j', async (header) => {
    expect(await answer({ header })).toEqual(member)
  })

  test('may be for others besides us', async () => {
    expect(await answer({ claims: { aud: ['https://elsewhere.example', audience] } })).toEqual(member)
  })

  test.each<[string, string, Partial<TokenWish>]>([
    ['without an end', 'token_invalid', { without: ['exp'] }],
    ['whose end is no number', 'token_invalid', { claims: { exp: '9999999999' as unknown as number } }],
    ['that is not valid yet', 'token_invalid', { claims: { nbf: nowSeconds + 60 } }],
    ['of another issuer', 'token_invalid', { claims: { iss: 'https://id.example.com' } }],
    ['of an issuer that is written a little otherwise', 'token_invalid', { claims: { iss: 'ISSUER/' } }],
    ['without an issuer', 'token_invalid', { without: ['iss'] }],
    ['for another audience', 'token_invalid', { claims: { aud: 'https://elsewhere.example' } }],
    ['for an audience that begins like ours', 'token_invalid', { claims: { aud: `${audience}/more` } }],
    ['for nobody', 'token_invalid', { without: ['aud'] }],
    ['without a subject', 'token_invalid', { without: ['sub'] }],
    ['whose subject is no text', 'token_invalid', { claims: { sub: 7 as unknown as string } }],
    ['that is declared as a token for a logout', 'token_invalid', { header: { typ: 'logout+jwt' } }],
    ['that is declared as a proof of possession', 'token_invalid', { header: { typ: 'dpop+jwt' } }],
    ['with a key that nobody knows', 'token_invalid', { header: { kid: 'unknown' } }],
  ])('%s is refused with %s', async (_, code, wish) => {
    const { iss } = wish.claims ?? {}
    const claims = iss === 'ISSUER/' ? { ...wish.claims, iss: `${provider.issuer}/` } : wish.claims
    expect(await answer({ ...wish, ...(claims === undefined ? {} : { claims }) })).toBe(code)
  })

  test('that demands something unknown of its reader is refused', async () => {
    const token = await tokenOf(provider.issuer, { key })
    const [, payload, signature] = token.split('.')
    const header = { alg: 'ES256', kid: 'one', typ: 'at+jwt', crit: ['marked'], marked: true }
    const marked = Buffer.from(JSON.stringify(header)).toString('base64url')
    expect(await oidc.bearing(`${marked}.${payload}.${signature}`)).toBe('token_invalid')
  })

  test('ends five seconds after its end, which is what clocks may differ by, and not later', async () => {
    const clock = manualClock()
    const { bearing } = openOidc(provider.issuer, {}, clock)
    const token = await tokenOf(provider.issuer, { key, claims: { exp: nowSeconds + 10 } })
    clock.passMs(15 * second - 1)
    expect(await bearing(token)).toEqual(member)
    clock.passMs(1)
    expect(await bearing(token)).toBe('token_expired')
  })

  test('begins five seconds before its beginning, and not earlier', async () => {
    const clock = manualClock()
    const { bearing } = openOidc(provider.issuer, {}, clock)
    const token = await tokenOf(provider.issuer, { key, claims: { nbf: nowSeconds + 10 } })
    clock.passMs(5 * second - 1)
    expect(await bearing(token)).toBe('token_invalid')
    clock.passMs(1)
    expect(await bearing(token)).toEqual(member)
  })

  test('that was changed after it was signed is refused', async () => {
    const [header, , signature] = (await tokenOf(provider.issuer, { key })).split('.')
    const [, payload] = (await tokenOf(provider.issuer, { key, claims: { sub: 'bob' } })).split('.')
    expect(await oidc.bearing(`${header}.${payload}.${signature}`)).toBe('token_invalid')
    expect(await oidc.bearing(`${header}.${payload}.`)).toBe('token_invalid')
  })
})

describe('a token that somebody made who has no key of the provider', () => {
  const claims = (): Record<string, unknown> => ({
    iss: provider.issuer,
    aud: audience,
    sub: 'eve',
    exp: nowSeconds + 300,
    workspaces: [],
  })

  test('is refused without a signature', async () => {
    expect(await oidc.bearing(new UnsecuredJWT(claims()).encode())).toBe('token_invalid')
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'one', typ: 'JWT' })).toString('base64url')
      const payload = Buffer.from(JSON.stringify(claims())).toString('base64url')
      expect(await oidc.bearing(`${header}.${payload}.`)).toBe('token_invalid')
    }
  })

  test('is refused when it is signed with the public key as if that were a shared secret', async () => {
    const rsa = await makeKey('rsa', 'RS256')
    const other = await openSigningProvider(rsa)
    const publicKey = (await importJWK(rsa.jwk, 'RS256', { extractable: true })) as CryptoKey
    const { bearing } = openOidc(other.issuer)
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' })).toString(
      'base64url',
    )
    const body = Buffer.from(JSON.stringify({ ...claims(), iss: other.issuer })).toString('base64url')
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? '']) {
      const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')
      expect(await bearing(`${head}.${body}.${signature}`)).toBe('token_invalid')
    }
  })

  test('is refused when it is signed with a shared secret that the provider shows', async () => {
    const shared = Buffer.alloc(32, 7)
    const jwk = { kty: 'oct', k: shared.toString('base64url'), kid: 'shared', alg: 'HS256' }
    const other = await openSigningProvider({ ...key, kid: 'shared', jwk })
    const token = await new SignJWT({ ...claims(), iss: other.issuer })
      .setProtectedHeader({ alg: 'HS256', kid: 'shared' })
      .sign(shared)
    expect(await openOidc(other.issuer).bearing(token)).toBe('token_invalid')
  })

  test('is refused when it brings its own key, or says where to find it', async () => {
    const own = await makeKey('one')
    const elsewhere = await openSigningProvider(own)
    for (const header of [{ jwk: own.jwk }, { jku: `${elsewhere.issuer}/jwks` }, { x5u: elsewhere.issuer }])
      expect(await answer({ key: own, header })).toBe('token_invalid')
    expect(elsewhere.asked.size).toBe(0)
  })

  test('is refused when it has the name of a key and is signed with another', async () => {
    expect(await answer({ key: await makeKey('one') })).toBe('token_invalid')
  })
})

test.each([
  ['one letter', 'x'],
  ['three parts that say nothing', 'a.b.c'],
  ['no part', '..'],
  ['no signature', 'eyJhbGciOiJFUzI1NiJ9.e30.'],
  ['a head that is no object', `${Buffer.from('"text"').toString('base64url')}.e30.AA`],
  ['8,000 letters', 'a'.repeat(8_000)],
  ['letters beyond ASCII', 'ä.ö.ü'],
])('a bearer that is no token is refused: %s', async (_, text) => {
  expect(await oidc.bearing(text)).toBe('token_invalid')
})

test.each(['Basic YW5uOnNlY3JldA==', 'Bearer', 'Token x', 'Bearer a b', 'Bearer\tx', 'Bearer a,Bearer b'])(
  'an Authorization header that is no bearer is refused: %s',
  async (authorization) => {
    const answered = await oidc.identity.identify({ method: 'GET', headers: { authorization } })
    expect(answered).toEqual({ _tag: 'Left', left: 'token_invalid' })
  },
)

test('who sends nothing is nobody', async () => {
  for (const headers of [{}, { authorization: '' }, { authorization: ' ' }])
    expect(await oidc.identity.identify({ method: 'GET', headers })).toEqual({
      _tag: 'Left',
      left: 'unauthenticated',
    })
})

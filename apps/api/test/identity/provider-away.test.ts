import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  makeKey,
  openSigningProvider,
  tokenOf,
  type SigningKey,
  type SigningProvider,
} from './signing-provider.js'
import { manualClock, minute, openOidc, second, type ManualClock, type OidcUnderTest } from './support.js'

// Tokens that outlive what the clocks do here.
const claims = { exp: 4_000_000_000 }
const hour = 60 * minute
const member = { type: 'member', memberId: 'member' }

let first: SigningKey
let next: SigningKey
let provider: SigningProvider
let clock: ManualClock
let oidc: OidcUnderTest
beforeAll(async () => {
  first = await makeKey('first')
  next = await makeKey('next')
})
beforeEach(async () => {
  provider = await openSigningProvider(first)
  clock = manualClock()
  oidc = openOidc(provider.issuer, {}, clock)
})

const by = async (key: SigningKey): Promise<unknown> =>
  oidc.bearing(await tokenOf(provider.issuer, { key, claims }))
const askedForKeys = (): number => provider.asked.get('/jwks') ?? 0

describe('while the provider signs with new keys', () => {
  test('a token by a key that is not known yet is accepted at once', async () => {
    expect(await by(first)).toMatchObject(member)
    clock.passMs(minute)
    provider.keys = [first, next]
    expect(await by(next)).toMatchObject(member)
    expect(await by(first)).toMatchObject(member)
    expect(askedForKeys()).toBe(2)
  })

  test('a key that was withdrawn is not accepted any more after ten minutes', async () => {
    expect(await by(first)).toMatchObject(member)
    provider.keys = [next]
    clock.passMs(10 * minute - 1)
    expect(await by(first)).toMatchObject(member)
    clock.passMs(1)
    expect(await by(first)).toBe('token_invalid')
    expect(await by(next)).toMatchObject(member)
  })

  test('tokens by unknown keys make us ask once in ten seconds, and no more', async () => {
    expect(await by(first)).toMatchObject(member)
    clock.passMs(minute)
    const answers = await Promise.all(Array.from({ length: 20 }, () => by(next)))
    expect(new Set(answers)).toEqual(new Set(['token_invalid']))
    clock.passMs(10 * second - 1)
    expect(await by(next)).toBe('token_invalid')
    expect(askedForKeys()).toBe(2)
    clock.passMs(1)
    expect(await by(next)).toBe('token_invalid')
    expect(askedForKeys()).toBe(3)
  })

  test('many tokens at the start make us ask once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => by(first)))
    expect(Object.fromEntries(provider.asked)).toEqual({ '/.well-known/openid-configuration': 1, '/jwks': 1 })
  })
})

describe('while the provider is away', () => {
  test('the keys that are known go on working for a day, and then nothing is said about tokens', async () => {
    expect(await by(first)).toMatchObject(member)
    await provider.leave()
    for (const ms of [minute, hour, 22 * hour]) {
      clock.passMs(ms)
      expect(await by(first)).toMatchObject(member)
    }
    clock.passMs(hour)
    expect(await by(first)).toBe('identity_unavailable')
  })

  test('a token by a key that is not known is neither accepted nor called wrong', async () => {
    expect(await by(first)).toMatchObject(member)
    await provider.leave()
    clock.passMs(minute)
    for (let i = 0; i < 3; i += 1) {
      expect(await by(next)).toBe('identity_unavailable')
      expect(await by(first)).toMatchObject(member)
    }
  })

  test('a server that has just started says so, lets nobody in, and finds the provider when it is back', async () => {
    await provider.leave()
    for (let i = 0; i < 3; i += 1) expect(await by(first)).toBe('identity_unavailable')
    await provider.comeBack()
    expect(await by(first)).toBe('identity_unavailable')
    clock.passMs(10 * second)
    expect(await by(first)).toMatchObject(member)
    expect(oidc.troubles).toEqual([
      { about: 'provider', cause: 'discovery: ECONNREFUSED' },
      { about: 'provider', cause: undefined },
    ])
  })

  test('what can never be right is refused all the same, without asking', async () => {
    await provider.leave()
    expect(await oidc.bearing('no-token')).toBe('token_invalid')
    expect(
      await oidc.bearing(await tokenOf(provider.issuer, { key: first, header: { typ: 'logout+jwt' } })),
    ).toBe('token_invalid')
    expect(oidc.troubles).toEqual([])
  })

  test('a provider that takes requests and does not answer is waited for three seconds', async () => {
    provider.isSilent = true
    const begun = performance.now()
    expect(await by(first)).toBe('identity_unavailable')
    expect(performance.now() - begun).toBeGreaterThan(2_500)
    expect(performance.now() - begun).toBeLessThan(6_000)
    expect(oidc.troubles).toEqual([{ about: 'provider', cause: expect.stringContaining('discovery: ') }])
  })
})

describe('a provider that does not fit the settings lets nobody in, and the operator is told', () => {
  test.each<[string, (issuer: string) => Record<string, unknown>, RegExp]>([
    ['it has another issuer', () => ({ issuer: 'https://id.example.com' }), /^discovery: /],
    ['it writes its issuer otherwise', (issuer) => ({ issuer: `${issuer}/` }), /DETRICS_OIDC_ISSUER/],
    ['it has no keys', () => ({ jwks_uri: undefined }), /keys/],
    [
      'its keys are no keys',
      (issuer) => ({ jwks_uri: `${issuer}/.well-known/openid-configuration` }),
      /^keys: /,
    ],
    ['its keys are not there', (issuer) => ({ jwks_uri: `${issuer}/nowhere` }), /^keys: /],
  ])('%s', async (_, change, cause) => {
    provider.discovery = change(provider.issuer)
    expect(await by(first)).toBe('identity_unavailable')
    expect(oidc.troubles).toEqual([{ about: 'provider', cause: expect.stringMatching(cause) }])
  })
})

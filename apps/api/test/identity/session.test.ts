import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { clearedCookie, readCookie } from '../../src/identity/session/cookies.js'
import { openSessions } from '../../src/identity/session/sessions.js'
import type { Member } from '../../src/identity/principal.js'
import { openSite, sessionCookie, setCookies, who, type Site } from './session-support.js'
import { manualClock, minute, openOidc } from './support.js'
import { makeKey, openSigningProvider, tokenOf } from './signing-provider.js'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
beforeEach(() => {
  site.provider.signInAs = 'member'
})

type Visitor = ReturnType<Site['visitor']>
const sessionOf = (visitor: Visitor): string => visitor.cookies(site.url).get(sessionCookie) ?? ''

describe('a session', () => {
  test('has a new id after each sign-in, and the one before it ends', async () => {
    const visitor = await site.signedIn()
    const before = sessionOf(visitor)
    await visitor.follow(`${site.url}/auth/login`)
    expect(sessionOf(visitor)).not.toBe(before)
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
    const thief = site.visitor()
    thief.cookies(site.url).set(sessionCookie, before)
    expect(await who(site, thief)).toBe('session_expired')
  })

  test('is not begun under an id that somebody has put into the browser', async () => {
    const visitor = site.visitor()
    const planted = 'A'.repeat(43)
    visitor.cookies(site.url).set(sessionCookie, planted)
    await visitor.follow(`${site.url}/auth/login`)
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
    const attacker = site.visitor()
    attacker.cookies(site.url).set(sessionCookie, planted)
    expect(await who(site, attacker)).toBe('session_expired')
  })

  test('ends with the logout, here and for whoever has kept the cookie', async () => {
    const visitor = await site.signedIn()
    const kept = sessionOf(visitor)
    const reply = await visitor.send('POST', `${site.url}/auth/logout`, { origin: site.url })
    expect(reply.status).toBe(200)
    expect(setCookies(reply)).toEqual([clearedCookie(sessionCookie)])
    expect(await who(site, visitor)).toBe('unauthenticated')
    const { endSessionUrl } = JSON.parse(reply.text) as { readonly endSessionUrl: string }
    const end = new URL(endSessionUrl)
    expect(`${end.origin}${end.pathname}`).toBe(`${site.provider.issuer}/session/end`)
    expect(Object.fromEntries(end.searchParams)).toEqual({
      client_id: 'keys-page',
      post_logout_redirect_uri: `${site.url}/mcp/api-keys`,
    })
    expect((await visitor.send('GET', endSessionUrl)).status).toBe(200)
    visitor.cookies(site.url).set(sessionCookie, kept)
    expect(await who(site, visitor)).toBe('session_expired')
  })

  test('that is not there may be ended as well', async () => {
    const reply = await site.visitor().send('POST', `${site.url}/auth/logout`, { origin: site.url })
    expect(reply.status).toBe(200)
  })

  test.each(['GET', 'HEAD'])('is not ended by %s', async (method) => {
    const visitor = await site.signedIn()
    expect((await visitor.send(method, `${site.url}/auth/logout`, { origin: site.url })).status).toBe(404)
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
  })

  test('that nobody gave out, or with an empty id, is none', async () => {
    const visitor = site.visitor()
    for (const id of ['x', 'A'.repeat(43), '"', '__proto__']) {
      visitor.cookies(site.url).set(sessionCookie, id)
      expect(await who(site, visitor)).toBe('session_expired')
    }
    visitor.cookies(site.url).set(sessionCookie, '')
    expect(await who(site, visitor)).toBe('unauthenticated')
  })
})

describe('a request with a session that may change something', () => {
  const methods = ['POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']

  test('is served when it comes from a page of ours', async () => {
    const visitor = await site.signedIn()
    for (const method of methods)
      expect(await who(site, visitor, method, { origin: site.url })).toMatchObject({ memberId: 'member' })
  })

  test.each([
    ['of another site', 'https://evil.example'],
    ['of nowhere', 'null'],
    ['that is missing', undefined],
    ['that is empty', ''],
    ['of the same host by another port', 'http://127.0.0.1:1'],
    ['of the same port by another name', 'http://localhost:PORT'],
    ['of the same host by another scheme', 'https://127.0.0.1:PORT'],
    ['with a path', 'http://127.0.0.1:PORT/'],
    ['that begins like ours', 'http://127.0.0.1:PORT.evil.example'],
  ])('is refused with an Origin %s', async (_, origin) => {
    const visitor = await site.signedIn()
    const { port } = new URL(site.url)
    const headers: Record<string, string> =
      origin === undefined ? {} : { origin: origin.replace('PORT', port) }
    for (const method of methods) expect(await who(site, visitor, method, headers)).toBe('origin_refused')
    const reply = await visitor.send('POST', `${site.url}/auth/logout`, headers)
    expect([reply.status, setCookies(reply)]).toEqual([403, []])
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
  })

  test('needs none where a bearer decides, which it does whatever the session says', async () => {
    const key = await makeKey('one')
    const provider = await openSigningProvider(key)
    const { identity } = openOidc(provider.issuer)
    const token = await tokenOf(provider.issuer, { key, claims: { sub: 'bob' } })
    const cookie = `${sessionCookie}=${'A'.repeat(43)}`
    const answer = await identity.identify({
      method: 'POST',
      headers: { cookie, authorization: `Bearer ${token}` },
    })
    expect(answer).toMatchObject({ right: { memberId: 'bob', signedInBy: 'token' } })
    const visitor = await site.signedIn()
    expect(await who(site, visitor, 'GET', { authorization: 'Bearer x' })).toBe('token_invalid')
  })
})

describe('a session ends by itself', () => {
  const member: Member = {
    type: 'member',
    memberId: 'member' as Member['memberId'],
    name: 'Member',
    workspaces: [],
    signedInBy: 'session',
  }

  test('when nobody uses it for thirty minutes', async () => {
    const visitor = await site.signedIn()
    site.clock.passMs(30 * minute - 1)
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
    site.clock.passMs(30 * minute - 1)
    expect(await who(site, visitor)).toMatchObject({ memberId: 'member' })
    const other = await openSite()
    const idle = await other.signedIn()
    other.clock.passMs(30 * minute)
    expect(await who(other, idle)).toBe('session_expired')
    expect(await who(other, idle)).toBe('session_expired')
  })

  test('an hour after the sign-in, however busy it is', () => {
    const clock = manualClock()
    const sessions = openSessions(clock)
    const id = sessions.begin(member)
    for (let i = 0; i < 59; i += 1) {
      clock.passMs(minute)
      expect(sessions.memberIn(id)).toEqual(member)
    }
    clock.passMs(minute - 1)
    expect(sessions.memberIn(id)).toEqual(member)
    clock.passMs(1)
    expect(sessions.memberIn(id)).toBeUndefined()
  })

  test('when ten thousand others have begun since', () => {
    const sessions = openSessions(manualClock())
    const [first, second] = [sessions.begin(member), sessions.begin(member)]
    for (let i = 0; i < 9_998; i += 1) sessions.begin(member)
    expect(sessions.memberIn(first)).toEqual(member)
    sessions.begin(member)
    expect(sessions.memberIn(first)).toBeUndefined()
    expect(sessions.memberIn(second)).toEqual(member)
  })
})

test('a cookie of ours is found among others, and only by its whole name', () => {
  const name = sessionCookie
  expect(readCookie(`a=b; ${name}=x; c=d`, name)).toBe('x')
  expect(readCookie(`x${name}=y;${name}=x`, name)).toBe('x')
  expect(readCookie(`${name}x=y; ${name}`, name)).toBeUndefined()
  expect(readCookie('', name)).toBeUndefined()
  expect(readCookie(undefined, name)).toBeUndefined()
})

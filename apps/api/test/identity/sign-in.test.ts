import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { clientSecret } from './real-provider.js'
import { loginCookie, openSite, sessionCookie, setCookies, who, type Site } from './session-support.js'
import { minute } from './support.js'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
beforeEach(() => {
  site.provider.signInAs = 'member'
})

const member = {
  type: 'member',
  memberId: 'member',
  name: 'Member',
  workspaces: [
    { workspaceId: 'acme', name: 'Acme', role: 'manager' },
    { workspaceId: 'other', name: 'other', role: 'viewer' },
  ],
  signedInBy: 'session',
}

const login = (): string => `${site.url}/auth/login`
const callbackPrefix = (): string => `${site.url}/auth/callback`

describe('a member who signs in', () => {
  test('goes to the provider with a challenge, a state and a nonce, and comes back to the page known', async () => {
    const visitor = site.visitor()
    const begun = await visitor.send('GET', login())
    expect(begun.status).toBe(303)
    const { searchParams } = new URL(String(begun.headers['location']))
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'keys-page',
      response_type: 'code',
      redirect_uri: callbackPrefix(),
      scope: 'openid profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
    const { reply, url } = await visitor.follow(String(begun.headers['location']))
    expect([reply.text, url]).toEqual(['the page', `${site.url}/mcp/api-keys`])
    expect(await who(site, visitor)).toEqual(member)
  })

  test('gets cookies that no script, no other host and no connection in the clear may have', async () => {
    const visitor = site.visitor()
    const begun = await visitor.send('GET', login())
    const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
    expect(setCookies(begun)).toEqual([
      expect.stringMatching(new RegExp(`^${loginCookie}=[\\w-]{43}; ${attributes}; Max-Age=600$`)),
    ])
    const { url } = await visitor.follow(String(begun.headers['location']), callbackPrefix())
    const finished = await visitor.send('GET', url)
    expect(finished.status).toBe(303)
    expect(setCookies(finished)).toEqual([
      expect.stringMatching(new RegExp(`^${sessionCookie}=[\\w-]{43}; ${attributes}$`)),
    ])
  })

  test('comes back to where this member wanted to go', async () => {
    const { url } = await site
      .visitor()
      .follow(`${login()}?returnTo=${encodeURIComponent('/who?a=b#c')}`, `${site.url}/who`)
    expect(url).toBe(`${site.url}/who?a=b#c`)
  })

  test('may do so in two tabs at once', async () => {
    const visitor = site.visitor()
    const [one, other] = [await visitor.send('GET', login()), await visitor.send('GET', login())]
    for (const { headers } of [one, other]) {
      const { reply } = await visitor.follow(String(headers['location']))
      expect(reply.text).toBe('the page')
    }
    expect(await who(site, visitor)).toEqual(member)
  })

  test.each(['x', 'a,b', '"quoted"', 'A'.repeat(44)])(
    'is sent out with an id of ours: not with %s',
    async (id) => {
      const visitor = site.visitor()
      visitor.cookies(site.url).set(loginCookie, id)
      await visitor.send('GET', login())
      expect(visitor.cookies(site.url).get(loginCookie)).toMatch(/^[\w-]{43}$/)
    },
  )

  test('is signed in with a secret of the client where there is one', async () => {
    const confidential = await openSite({ isConfidential: true, clientSecret })
    expect(await who(confidential, await confidential.signedIn())).toEqual(member)
    const wrong = await openSite({ isConfidential: true, clientSecret: 'another' })
    const { reply } = await wrong.visitor().follow(`${wrong.url}/auth/login`)
    expect([reply.status, reply.headers['set-cookie']]).toEqual([400, undefined])
  })
})

describe('a callback signs nobody in', () => {
  /** The callback of a sign-in that has come back, not yet followed. */
  const comeBack = async (visitor = site.visitor()) => ({
    visitor,
    url: (await visitor.follow(login(), callbackPrefix())).url,
  })
  const expectRefused = async (visitor: ReturnType<Site['visitor']>, url: string, title = 'is not known') => {
    const reply = await visitor.send('GET', url)
    expect(reply.status).toBe(400)
    expect(reply.text).toContain(title)
    expect(setCookies(reply)).toEqual([])
  }

  test('a second time', async () => {
    const { visitor, url } = await comeBack()
    expect((await visitor.send('GET', url)).status).toBe(303)
    await expectRefused(visitor, url)
  })

  test('in another browser, which does not use it up', async () => {
    const { visitor, url } = await comeBack()
    await expectRefused(site.visitor(), url)
    const other = site.visitor()
    await other.send('GET', login())
    await expectRefused(other, url)
    expect(await who(site, other)).toBe('unauthenticated')
    expect((await visitor.send('GET', url)).status).toBe(303)
  })

  test('with the code of somebody else', async () => {
    const [mine, theirs] = [await comeBack(), await comeBack()]
    const url = new URL(mine.url)
    url.searchParams.set('code', new URL(theirs.url).searchParams.get('code') ?? '')
    await expectRefused(mine.visitor, url.href, 'failed')
  })

  test('from another issuer', async () => {
    const { visitor, url: own } = await comeBack()
    const url = new URL(own)
    expect(url.searchParams.get('iss')).toBe(site.provider.issuer)
    url.searchParams.set('iss', 'https://id.example.com')
    await expectRefused(visitor, url.href, 'failed')
  })

  test.each<[string, (url: URL) => void, string]>([
    ['without a state', (url) => url.searchParams.delete('state'), 'is not known'],
    ['with another state', (url) => url.searchParams.set('state', 'x'.repeat(43)), 'is not known'],
    ['with two states', (url) => url.searchParams.append('state', 'x'), 'is not known'],
    ['without a code', (url) => url.searchParams.delete('code'), 'failed'],
    ['with two codes', (url) => url.searchParams.append('code', 'x'), 'failed'],
  ])('%s', async (_, change, title) => {
    const { visitor, url: own } = await comeBack()
    const url = new URL(own)
    change(url)
    await expectRefused(visitor, url.href, title)
  })

  test('after ten minutes', async () => {
    const later = await openSite()
    const visitor = later.visitor()
    const { url } = await visitor.follow(`${later.url}/auth/login`, `${later.url}/auth/callback`)
    later.clock.passMs(10 * minute)
    expect((await visitor.send('GET', url)).status).toBe(400)
    const { url: next } = await visitor.follow(`${later.url}/auth/login`, `${later.url}/auth/callback`)
    later.clock.passMs(10 * minute - 1)
    expect((await visitor.send('GET', next)).status).toBe(303)
  })

  test('when it is only looked ahead at, nor does that use it up', async () => {
    const { visitor, url } = await comeBack()
    expect((await visitor.send('HEAD', url)).status).toBe(404)
    expect((await visitor.send('GET', url)).status).toBe(303)
  })

  test('who said no at the provider, and repeats nothing of what it says', async () => {
    site.provider.signInAs = 'no'
    const { reply } = await site.visitor().follow(login())
    expect(reply.status).toBe(403)
    expect(reply.text).toContain('You are not signed in')
    expect(reply.text).not.toContain('marker')
    expect(setCookies(reply)).toEqual([])
  })

  test('of whom the provider says what does not fit; the operator is told', async () => {
    site.provider.signInAs = 'misfit'
    const { reply } = await site.visitor().follow(login())
    expect([reply.status, setCookies(reply)]).toEqual([403, []])
    expect(site.troubles).toEqual([{ about: 'claims', cause: 'The claim of the workspaces is no array.' }])
  })
})

test('while the provider is away a sign-in begins with a sentence and can be tried again', async () => {
  const away = await openSite()
  await away.provider.close()
  const reply = await away.visitor().send('GET', `${away.url}/auth/login`)
  expect([reply.status, reply.headers['retry-after']]).toEqual([503, '5'])
  expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(reply.text).toContain('does not answer')
})

test('when the provider goes away between its two parts, a sign-in ends with that sentence', async () => {
  const away = await openSite()
  const visitor = away.visitor()
  const { url } = await visitor.follow(`${away.url}/auth/login`, `${away.url}/auth/callback`)
  await away.provider.close()
  const reply = await visitor.send('GET', url)
  expect([reply.status, setCookies(reply)]).toEqual([503, []])
})

test('an access token of the same provider says who a member is, without any session', async () => {
  const token = await site.provider.accessToken()
  expect(await site.bearing(token)).toMatchObject({
    memberId: 'program',
    name: 'Member',
    signedInBy: 'token',
  })
})

test('nothing of a sign-in is in the log, whatever it logs', async () => {
  const visitor = site.visitor()
  const { url } = await visitor.follow(login(), callbackPrefix())
  await visitor.send('GET', url)
  await visitor.send('GET', url)
  const secrets = [...new URL(url).searchParams.values(), ...visitor.cookies(url).values()]
  expect(secrets.length).toBeGreaterThan(3)
  expect(site.log()).not.toBe('')
  for (const secret of secrets.filter((value) => value !== site.provider.issuer))
    expect(site.log()).not.toContain(secret)
})

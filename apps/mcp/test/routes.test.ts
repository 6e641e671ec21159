import { describe, expect, test } from '@jest/globals'
import { bearer, call, endpoint, harness, post } from './harness.js'

describe('the paths where clients look for OAuth say that there is none', () => {
  for (const path of [
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/mcp/.well-known/openid-configuration',
    '/register',
    '/authorize',
    '/token',
  ])
    test(`at ${path}`, async () => {
      const { app } = harness()
      for (const method of ['GET', 'POST']) {
        const response = await app.fetch(new Request(new URL(path, endpoint), { method }))
        expect(response.status).toBe(404)
        expect(await response.text()).toBe(
          '{"error":"invalid_request","error_description":"Unauthorized: this server uses API keys, not OAuth; ' +
            'set the header Authorization: Bearer <API key>"}',
        )
      }
    })

  test('any other path is 404 in JSON and asks for no key', async () => {
    const { app, fake } = harness()
    for (const path of ['/', '/mcp/', '/mcp/x', '/.well-known/security.txt']) {
      const response = await app.fetch(new Request(new URL(path, endpoint)))
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ error: 'not_found' })
    }
    expect(fake.uses).toEqual([])
  })
})

describe('a web page cannot reach the endpoint through a browser', () => {
  const answer = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const { app, fake } = harness()
    const { secret } = fake.add('ws_a', 'Work laptop')
    return (await post(app, call('whoami'), { ...bearer(secret), ...headers })).status
  }

  test('another name or port in Host is refused with 403, before the key is looked at', async () => {
    for (const host of [
      'evil.example:4100',
      '127.0.0.1',
      '127.0.0.1:4101',
      'localhost.evil.example:4100',
      '',
    ])
      expect(await answer({ host })).toBe(403)
    const { app, fake } = harness()
    const refused = await post(app, call('whoami'), {
      host: 'evil.example',
      ...bearer(fake.add('a', 'a').secret),
    })
    expect(await refused.text()).not.toContain('evil')
    expect(fake.uses).toEqual([])
  })

  test('the names of this machine are served, in any case of letters', async () => {
    for (const host of ['127.0.0.1:4100', 'LocalHost:4100', '[::1]:4100'])
      expect(await answer({ host })).toBe(200)
  })

  test('a foreign Origin is refused with 403, one of this machine or none is served', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example'])
      expect(await answer({ origin })).toBe(403)
    expect(await answer({ origin: 'http://localhost:6274' })).toBe(200)
    expect(await answer({})).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, openApi, type Api } from './api.js'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const verify = (key: string) => api.send('POST', '/v1/verify', { key, action: 'reports/read' })

describe('a member of a workspace', () => {
  test('sees who he is and where he is a member', async () => {
    const { status, json } = await api.send('GET', '/v1/me')
    expect(status).toBe(200)
    expect(json).toEqual({
      memberId: 'dev-member',
      name: 'Development member',
      workspaces: [
        { workspaceId: 'demo-a', name: 'Demo workspace A' },
        { workspaceId: 'demo-b', name: 'Demo workspace B' },
      ],
    })
  })

  test('makes, uses, renames, replaces and revokes a key, and reviews all of it', async () => {
    const made = await api.send('POST', keysOfA, {
      name: 'Work laptop',
      expiresAt: '2099-01-01T01:00:00+01:00',
    })
    expect(made.status).toBe(201)
    const { keyId } = made.json['key']
    const secret: string = made.json['secret']
    expect(secret).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
    expect(made.json).toEqual({
      key: {
        keyId,
        workspaceId: 'demo-a',
        name: 'Work laptop',
        mask: `${secret.slice(0, secret.lastIndexOf('_') + 1)}…`,
        status: 'active',
        createdAt: expect.stringMatching(instant),
        createdBy: { type: 'member', memberId: 'dev-member' },
        expiresAt: '2099-01-01T00:00:00.000Z',
        endsAt: '2099-01-01T00:00:00.000Z',
        revision: expect.stringMatching(/^\d+$/),
      },
      secret,
    })

    const active = { active: true, workspaceId: 'demo-a', keyId, expiresAt: '2099-01-01T00:00:00.000Z' }
    expect((await verify(secret)).json).toEqual({ ...active, name: 'Work laptop' })

    const renamed = await api.send('PATCH', `${keysOfA}/${keyId}`, { name: 'Home laptop' })
    expect([renamed.status, renamed.json['key'].name]).toEqual([200, 'Home laptop'])
    expect((await verify(secret)).json).toEqual({ ...active, name: 'Home laptop' })
    expect((await api.send('GET', `${keysOfA}/${keyId}`)).json).toEqual(renamed.json)

    const replaced = await api.send('POST', `${keysOfA}/${keyId}/replace`, {})
    expect(replaced.status).toBe(201)
    expect(replaced.json['key']).toMatchObject({ name: 'Home laptop', status: 'active' })
    expect(replaced.json['replaced']).toMatchObject({
      keyId,
      status: 'active',
      revocation: { reason: 'replaced', effective: expect.stringMatching(instant) },
    })
    expect((await verify(replaced.json['secret'])).json['active']).toBe(true)

    const note = 'Left in a train.\nAsked by support.'
    const revoked = await api.send('POST', `${keysOfA}/${keyId}/revoke`, { reason: 'compromised', note })
    expect(revoked.status).toBe(200)
    expect(revoked.json['key']).toMatchObject({
      status: 'revoked',
      revocation: {
        effective: 'immediately',
        reason: 'compromised',
        note,
        revokedAt: expect.stringMatching(instant),
      },
    })
    expect((await verify(secret)).json).toEqual({ active: false, reason: 'revoked' })

    const trail = await api.send(
      'GET',
      `/v1/workspaces/demo-a/activity?keyId=${keyId}&since=2020-01-01T00:00:00Z`,
    )
    const kinds = trail.json['entries'].map(
      (entry: { kind: string; outcome?: string }) => entry.outcome ?? entry.kind,
    )
    expect(kinds[0]).toBe('revoked')
    expect(kinds).toEqual(expect.arrayContaining(['created', 'accepted', 'renamed', 'revoked']))
    expect(trail.text).not.toMatch(/position|digest|eventId/)
  })

  test('revokes with no body at all', async () => {
    const { json } = await api.send('POST', keysOfA, { name: 'No body' })
    const revoked = await api.send('POST', `${keysOfA}/${json['key'].keyId}/revoke`)
    expect([revoked.status, revoked.json['key'].status]).toEqual([200, 'revoked'])
  })

  test('reads keys and activity page by page, each line once, with the cursor that the page before gave', async () => {
    for (const path of ['/v1/workspaces/demo-b/keys', '/v1/workspaces/demo-b/activity']) {
      if (path.endsWith('keys'))
        for (const name of ['one', 'two', 'three', 'four', 'five']) await api.send('POST', path, { name })
      const names: string[] = []
      let cursor = ''
      let pages = 0
      for (; pages < 9; pages += 1) {
        const { json } = await api.send('GET', `${path}?limit=2${cursor}`)
        names.push(...(json['keys'] ?? json['entries']).map((line: { name: string }) => line.name))
        if (json['next'] === null) break
        cursor = `&cursor=${json['next']}`
      }
      expect([names, pages]).toEqual([['five', 'four', 'three', 'two', 'one'], 2])
    }
  })

  test.each([
    ['2099-02-28T23:59:59Z', '2099-02-28T23:59:59.000Z'],
    ['2099-02-28t23:59:59.1z', '2099-02-28T23:59:59.100Z'],
    ['2099-02-28T23:59:59.123456789-05:30', '2099-03-01T05:29:59.123Z'],
    ['2096-02-29T00:00:00+00:00', '2096-02-29T00:00:00.000Z'],
  ])('gives an instant as %s and reads it back as %s', async (given, shown) => {
    const { json } = await api.send('POST', keysOfA, {
      name: `Until ${given}`.replaceAll(':', '.'),
      expiresAt: given,
    })
    expect(json['key'].expiresAt).toBe(shown)
  })
})

test('health is answered without an identity', async () => {
  const nobody = await openApi(undefined, () => undefined)
  expect((await nobody.send('GET', '/health')).json).toEqual({ status: 'ok' })
  const refused = await nobody.send('GET', '/v1/me')
  expect([refused.status, refused.json['code'], refused.headers['www-authenticate']]).toEqual([
    401,
    'unauthenticated',
    'Bearer',
  ])
  await nobody.close()
})

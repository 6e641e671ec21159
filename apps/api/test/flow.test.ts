import { describe, expect, test } from '@jest/globals'
import {
  activityPath,
  day,
  expectGuardedReply,
  expectProblem,
  forged,
  jsonOf,
  keysPath,
  make,
  marker,
  movableClock,
  second,
  withApi,
  type Answer,
  type Api,
  type ShownActivity,
  type ShownCreation,
  type ShownKey,
  type ShownPage,
} from './harness.js'

interface KeyReply {
  readonly key: ShownKey
}

const namesIn = (answer: Answer): ReadonlyArray<string> =>
  jsonOf<ShownPage>(answer).keys.map(({ name }) => name)

const keyIn = (answer: Answer): ShownKey => jsonOf<KeyReply>(answer).key

const verify = async ({ ask }: Api, key: string, action = 'whoami'): Promise<unknown> =>
  jsonOf(await ask('POST', '/v1/verify', { json: { key, action } }))

const started = '2026-02-16T09:30:00.000Z'

describe('keys', () => {
  test(
    'a key that is made is shown with its secret, once, and is active',
    withApi(
      async (api) => {
        const answer = await api.ask('POST', keysPath, { json: { name: 'Work laptop' } })
        expect(answer.status).toBe(201)
        expect(answer.headers).not.toHaveProperty('idempotency-replayed')
        const { key, secret, ...rest } = jsonOf<ShownCreation>(answer)
        expect(rest).toEqual({})
        expect(secret).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
        expect(key).toEqual({
          keyId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
          workspaceId: 'demo-a',
          name: 'Work laptop',
          mask: `${secret?.slice(0, -38)}…`,
          status: 'active',
          createdAt: started,
          createdBy: { type: 'member', memberId: 'dev-member' },
          revision: '0',
        })
        const later = await api.ask('GET', `${keysPath}/${key.keyId}`)
        expect(jsonOf(later)).toEqual({ key })
      },
      { clock: movableClock() },
    ),
  )

  test(
    'an expiry that is given with another offset comes back in UTC',
    withApi(async (api) => {
      const { key } = await make(api, 'Short', { expiresAt: '2999-01-31T01:30:00+02:00' })
      expect(key).toMatchObject({ expiresAt: '2999-01-30T23:30:00.000Z', endsAt: '2999-01-30T23:30:00.000Z' })
    }),
  )

  test(
    'the list shows the newest key first, on pages that each lead to the next',
    withApi(async (api) => {
      for (const name of ['one', 'two', 'three', 'four', 'five']) await make(api, name)
      const first = await api.ask('GET', `${keysPath}?limit=2`)
      expect(namesIn(first)).toEqual(['five', 'four'])
      const second2 = await api.ask('GET', `${keysPath}?limit=2&cursor=${jsonOf<ShownPage>(first).next}`)
      expect(namesIn(second2)).toEqual(['three', 'two'])
      const last = await api.ask('GET', `${keysPath}?limit=2&cursor=${jsonOf<ShownPage>(second2).next}`)
      expect(namesIn(last)).toEqual(['one'])
      expect(jsonOf<ShownPage>(last).next).toBeNull()
      expect(namesIn(await api.ask('GET', keysPath))).toHaveLength(5)
    }),
  )

  test(
    'a workspace without keys has an empty list and no activity',
    withApi(async ({ ask }) => {
      expect(jsonOf(await ask('GET', keysPath))).toEqual({ keys: [], next: null })
      expect(jsonOf(await ask('GET', activityPath))).toEqual({ entries: [], next: null })
    }),
  )

  test(
    'a new name changes the name and nothing else: the secret stays good',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Old name')
      const renamed = await api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name: 'New name' } })
      expect(renamed.status).toBe(200)
      expect(keyIn(renamed)).toEqual({ ...key, name: 'New name', revision: '1' })
      expect(await verify(api, secret)).toMatchObject({ active: true, name: 'New name' })
    }),
  )

  test(
    'a replacement has the name of the replaced key, and both work for a day',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop')
      const answer = await api.ask('POST', `${keysPath}/${key.keyId}/replace`)
      expect(answer.status).toBe(201)
      const made = jsonOf<ShownCreation>(answer)
      expect(made.key).toMatchObject({ name: 'Laptop', status: 'active' })
      expect(made.replaced).toMatchObject({
        keyId: key.keyId,
        status: 'active',
        revocation: { reason: 'replaced', revokedBy: { type: 'member', memberId: 'dev-member' } },
      })
      const { createdAt } = made.key
      expect(made.replaced?.endsAt).toBe(new Date(Date.parse(createdAt) + day).toISOString())
      expect(await verify(api, secret)).toMatchObject({ active: true, keyId: key.keyId })
      expect(await verify(api, made.secret ?? '')).toMatchObject({ active: true, keyId: made.key.keyId })
    }),
  )

  test('a replacement takes a name, an expiry and the end of the replaced key', async () => {
    const clock = movableClock()
    await withApi(
      async (api) => {
        const { key, secret } = await make(api, 'Laptop')
        const body = {
          name: 'New laptop',
          expiresAt: '2026-12-31T00:00:00Z',
          retireAt: '2026-02-16T10:30:00+01:00',
        }
        const answer = await api.ask('POST', `${keysPath}/${key.keyId}/replace`, { json: body })
        expect(jsonOf(answer)).toMatchObject({
          key: { name: 'New laptop', expiresAt: '2026-12-31T00:00:00.000Z' },
          replaced: { status: 'revoked', endsAt: started, revocation: { effective: 'immediately' } },
        })
        expect(await verify(api, secret)).toEqual({ active: false, reason: 'revoked' })
      },
      { clock },
    )()
  })
})

describe('revocation', () => {
  test(
    'a revocation without a body is immediate and says that it was requested',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop')
      const answer = await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
      expect(answer.status).toBe(200)
      expect(keyIn(answer)).toMatchObject({
        status: 'revoked',
        revocation: { effective: 'immediately', reason: 'requested' },
      })
      expect(keyIn(answer).revocation).not.toHaveProperty('note')
      expect(await verify(api, secret)).toEqual({ active: false, reason: 'revoked' })
    }),
  )

  test(
    'a revocation keeps its reason and its note, and a second one changes nothing',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const json = { reason: 'leaked', note: 'Found in a public\nrepository.' }
      const first = await api.ask('POST', `${keysPath}/${key.keyId}/revoke`, { json })
      expect(keyIn(first).revocation).toMatchObject(json)
      const again = await api.ask('POST', `${keysPath}/${key.keyId}/revoke`, {
        json: { reason: 'requested' },
      })
      expect(again.status).toBe(200)
      expect(keyIn(again)).toEqual(keyIn(first))
    }),
  )

  test('a key that is revoked from a later instant on works until then', async () => {
    const clock = movableClock()
    await withApi(
      async (api) => {
        const { key, secret } = await make(api, 'Laptop')
        const path = `${keysPath}/${key.keyId}`
        const effective = '2026-02-16T11:30:00.000Z'
        const answer = await api.ask('POST', `${path}/revoke`, { json: { effective } })
        expect(keyIn(answer)).toMatchObject({
          status: 'active',
          endsAt: effective,
          revocation: { effective, revokedAt: started },
        })
        clock.advance(2 * 60 * 60 * second - 1)
        expect(await verify(api, secret)).toMatchObject({ active: true })
        clock.advance(1)
        expect(await verify(api, secret)).toEqual({ active: false, reason: 'revoked' })
        expect(keyIn(await api.ask('GET', path))).toMatchObject({ status: 'revoked' })
      },
      { clock },
    )()
  })

  test.each(['compromised', 'leaked'])(
    'a key that is %s ends at once, whatever later instant is given',
    (reason) =>
      withApi(async (api) => {
        const { key, secret } = await make(api, 'Laptop')
        const json = { reason, effective: '2999-01-01T00:00:00Z' }
        const answer = await api.ask('POST', `${keysPath}/${key.keyId}/revoke`, { json })
        expect(keyIn(answer)).toMatchObject({ status: 'revoked', revocation: { effective: 'immediately' } })
        expect(await verify(api, secret)).toEqual({ active: false, reason: 'revoked' })
      })(),
  )
})

describe('verification', () => {
  test(
    'an active key is told whose it is and what it is called',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop', { expiresAt: '2999-01-01T00:00:00Z' })
      expect(await verify(api, secret)).toEqual({
        active: true,
        workspaceId: 'demo-a',
        keyId: key.keyId,
        name: 'Laptop',
        expiresAt: '2999-01-01T00:00:00.000Z',
      })
    }),
  )

  test(
    'what is no key, an unknown key and a wrong secret are answered byte for byte alike',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop')
      const presented = ['', 'nothing like a key', '\ud800', secret.slice(0, -1), forged(), forged(key.keyId)]
      for (const text of presented) {
        const answer = await api.ask('POST', '/v1/verify', { json: { key: text, action: 'whoami' } })
        expect(answer.status).toBe(200)
        expect(answer.text).toBe('{"active":false,"reason":"unauthorized"}')
      }
    }),
  )

  test('an expired key is told so', async () => {
    const clock = movableClock()
    await withApi(
      async (api) => {
        const { key, secret } = await make(api, 'Laptop', { expiresAt: '2026-02-16T09:31:00Z' })
        clock.advance(60 * second)
        expect(await verify(api, secret)).toEqual({ active: false, reason: 'expired' })
        expect(keyIn(await api.ask('GET', `${keysPath}/${key.keyId}`))).toMatchObject({ status: 'expired' })
      },
      { clock },
    )()
  })

  test(
    'why a key is refused is not told to whoever knows only its id',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
      expect(await verify(api, forged(key.keyId))).toEqual({ active: false, reason: 'unauthorized' })
    }),
  )
})

describe('activity', () => {
  const entriesOf = async ({ ask }: Api, query = ''): Promise<ShownActivity> =>
    jsonOf<ShownActivity>(await ask('GET', `${activityPath}${query}`))

  const kinds = ({ entries }: ShownActivity): ReadonlyArray<string> => entries.map(({ kind }) => kind)

  test(
    'the life of a key and its uses are listed, newest first, with who did it and from where',
    withApi(
      async (api) => {
        const { key, secret } = await make(api, 'Laptop', { expiresAt: '2999-01-01T00:00:00Z' })
        await api.ask('POST', '/v1/verify', {
          json: { key: secret, action: 'list_campaigns' },
          headers: { 'user-agent': 'agent/1' },
        })
        await api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name: 'Desk' } })
        await api.ask('POST', `${keysPath}/${key.keyId}/revoke`, { json: { note: 'Sold.' } })
        const who = {
          keyId: key.keyId,
          occurredAt: started,
          actor: { type: 'member', memberId: 'dev-member' },
          origin: { address: '127.0.0.1', userAgent: `tests/${marker}` },
        }
        expect(await entriesOf(api)).toEqual({
          entries: [
            {
              sequence: 4,
              kind: 'revoked',
              ...who,
              effective: 'immediately',
              reason: 'requested',
              note: 'Sold.',
            },
            { sequence: 3, kind: 'renamed', ...who, name: 'Desk' },
            {
              sequence: 2,
              kind: 'used',
              keyId: key.keyId,
              occurredAt: started,
              action: 'list_campaigns',
              outcome: 'accepted',
              count: 1,
              lastAt: started,
              client: 'agent/1',
              address: '127.0.0.1',
            },
            { sequence: 1, kind: 'created', ...who, name: 'Laptop', expiresAt: '2999-01-01T00:00:00.000Z' },
          ],
          next: null,
        })
      },
      { clock: movableClock() },
    ),
  )

  test(
    'the pages lead through all of it',
    withApi(async (api) => {
      const { key } = await make(api, 'one')
      for (const name of ['two', 'three', 'four'])
        await api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name } })
      const first = await entriesOf(api, '?limit=3')
      expect(kinds(first)).toEqual(['renamed', 'renamed', 'renamed'])
      const last = await entriesOf(api, `?limit=3&cursor=${first.next}`)
      expect(kinds(last)).toEqual(['created'])
      expect(last.next).toBeNull()
    }),
  )

  test('it can be asked for one key, and from an instant on', async () => {
    const clock = movableClock()
    await withApi(
      async (api) => {
        const { key: laptop } = await make(api, 'Laptop')
        clock.advance(second)
        const { key: server } = await make(api, 'Server')
        await api.ask('POST', `${keysPath}/${laptop.keyId}/revoke`)
        expect(kinds(await entriesOf(api, `?keyId=${laptop.keyId}`))).toEqual(['revoked', 'created'])
        const since = encodeURIComponent('2026-02-16T10:30:01+01:00')
        const recent = await entriesOf(api, `?since=${since}`)
        expect(recent.entries.map(({ kind, keyId }) => [kind, keyId])).toEqual([
          ['revoked', laptop.keyId],
          ['created', server.keyId],
        ])
      },
      { clock },
    )()
  })
})

describe('the server', () => {
  test(
    'tells a member who this is and which workspaces there are',
    withApi(async ({ ask }) => {
      expect(jsonOf(await ask('GET', '/v1/me'))).toEqual({
        memberId: 'dev-member',
        name: 'Development member',
        workspaces: [
          { workspaceId: 'demo-a', name: 'Demo workspace A', role: 'manager' },
          { workspaceId: 'demo-b', name: 'Demo workspace B', role: 'manager' },
        ],
        signedInBy: 'development',
        mcpUrl: 'http://127.0.0.1:4701/mcp',
      })
    }),
  )

  test(
    'says that it is healthy',
    withApi(async ({ ask }) => {
      const answer = await ask('GET', '/health')
      expect([answer.status, answer.text]).toEqual([200, '{"status":"ok"}'])
    }),
  )

  test(
    'lets nobody keep a copy of any reply, nor guess its type',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop')
      const path = `${keysPath}/${key.keyId}`
      const answers = [
        await api.ask('GET', '/health'),
        await api.ask('GET', '/v1/me'),
        await api.ask('HEAD', '/v1/me'),
        await api.ask('GET', keysPath),
        await api.ask('GET', path),
        await api.ask('GET', activityPath),
        await api.ask('POST', keysPath, { json: { name: 'Server' } }),
        await api.ask('PATCH', path, { json: { name: 'Desk' } }),
        await api.ask('POST', '/v1/verify', { json: { key: secret, action: 'whoami' } }),
        await api.ask('POST', `${path}/replace`),
        await api.ask('POST', `${path}/revoke`),
      ]
      expect(answers.map(({ status }) => status)).toEqual([
        200, 200, 200, 200, 200, 200, 201, 200, 200, 201, 200,
      ])
      for (const answer of answers) expectGuardedReply(answer)
    }),
  )

  test(
    'names the methods of a path to whoever uses another, before it reads the body',
    withApi(async ({ ask }) => {
      const answer = await ask('DELETE', keysPath, { payload: 'no JSON' })
      expectProblem(answer, 'method_not_allowed')
      expect(answer.headers['allow']?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST'])
    }),
  )

  test(
    'logs nothing of requests that go well or are refused',
    withApi(async (api) => {
      await make(api, 'Laptop')
      await api.ask('POST', keysPath, { payload: 'no JSON' })
      expect(api.log()).toBe('')
    }),
  )
})

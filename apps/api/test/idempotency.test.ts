import { describe, expect, test } from '@jest/globals'
import { expectProblem, jsonOf, keysPath, make, whole, withApi, type ShownCreation } from './harness.js'

const headers = { 'idempotency-key': 'a-9f2c' }

describe('a request that is repeated with its Idempotency-Key', () => {
  test(
    'makes one key when all repetitions come at once, and shows its secret to one of them',
    withApi(async ({ ask }) => {
      const equal = Array.from({ length: 20 }, () =>
        ask('POST', keysPath, { json: { name: 'Once' }, headers }),
      )
      const answers = await Promise.all(equal)
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
      const made = answers.map((answer) => jsonOf<ShownCreation>(answer))
      expect(new Set(made.map(({ key }) => key.keyId)).size).toBe(1)
      expect(made.filter(({ secret }) => secret !== null)).toHaveLength(1)
      for (const [i, { secret, secretNotice }] of made.entries()) {
        const isReplayed = secret === null
        expect(answers[i]?.headers['idempotency-replayed']).toBe(isReplayed ? 'true' : undefined)
        expect(typeof secretNotice).toBe(isReplayed ? 'string' : 'undefined')
      }
      const listed = await ask('GET', keysPath)
      expect(jsonOf<{ keys: ReadonlyArray<unknown> }>(listed).keys).toHaveLength(1)
    }),
  )

  test(
    'is the same when it is written otherwise: in another order, at another offset',
    withApi(async ({ ask }) => {
      const send = (payload: string) =>
        ask('POST', keysPath, { payload, headers: { ...headers, 'content-type': 'application/json' } })
      await send('{"name":"Once","expiresAt":"2999-01-01T00:00:00Z"}')
      const again = await send(' { "expiresAt" : "2999-01-01T01:00:00.000+01:00", "name" : "O\\u006ece" } ')
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
    }),
  )

  test(
    'is answered after the name was taken by itself, and after its key was revoked',
    withApi(async ({ ask }) => {
      const send = () => ask('POST', keysPath, { json: { name: 'Once' }, headers })
      const { keyId } = jsonOf<ShownCreation>(await send()).key
      await ask('POST', `${keysPath}/${keyId}/revoke`)
      const again = jsonOf<ShownCreation>(await send())
      expect(again.key).toMatchObject({ keyId, status: 'revoked' })
      expect(again.secret).toBeNull()
    }),
  )

  test.each([
    ['/revoke', { note: 'one' }, { note: 'two' }],
    ['/replace', { name: 'New' }, { name: 'Newer' }],
  ] as const)('changes a key once, and is refused for another change: %s', (path, one, two) =>
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const send = (json: object) => api.ask('POST', `${keysPath}/${key.keyId}${path}`, { json, headers })
      const first = await send(one)
      const again = await send(one)
      expect(again.status).toBe(first.status)
      expect(jsonOf<ShownCreation>(again).key).toEqual(jsonOf<ShownCreation>(first).key)
      expectProblem(await send(two), 'idempotency_key_reused')
      const trail = await api.ask('GET', '/v1/workspaces/demo-a/activity')
      expect(trail.text.split('"kind":"revoked"')).toHaveLength(2)
    })(),
  )

  test(
    'may have the key of a request of another kind',
    withApi(async (api) => {
      const made = await api.ask('POST', keysPath, { json: { name: 'Laptop' }, headers })
      const path = `${keysPath}/${jsonOf<ShownCreation>(made).key.keyId}`
      const replaced = await api.ask('POST', `${path}/replace`, { headers })
      const revoked = await api.ask('POST', `${path}/revoke`, { headers })
      expect([made.status, replaced.status, revoked.status]).toEqual([201, 201, 200])
    }),
  )

  test(
    'is not told from another one where the operation takes no such key: a name is set as often as it is sent',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const rename = (name: string) =>
        api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name }, headers })
      for (const name of ['Desk', 'Shelf', 'Desk']) {
        const renamed = await rename(name)
        expect([renamed.status, jsonOf<ShownCreation>(renamed).key.name]).toEqual([200, name])
      }
    }),
  )
})

test(
  'a refused request takes no Idempotency-Key: corrected, it is carried out',
  withApi(async ({ ask }) => {
    expectProblem(await ask('POST', keysPath, { json: { name: '' }, headers }), 'invalid_request', ['/name'])
    const corrected = await ask('POST', keysPath, { json: { name: 'Laptop' }, headers })
    expect(corrected.status).toBe(201)
    expect(whole(corrected)).not.toContain('idempotency-replayed')
  }),
)

import { Instant, Secret, createKeysClient } from '@detrics/keys-client'
import { operationIds } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { answering, keyId, withServer, type Received } from './harness.js'

const at = (iso: string): Instant => {
  const ms = Date.parse(iso)
  if (!Instant.is(ms)) throw new Error('no instant')
  return ms
}

type Ask = (
  client: ReturnType<typeof createKeysClient>,
) => (() => Promise<unknown>) | (() => Promise<unknown>)[]

/** What the server gets of one call. */
const requestOf = async (ask: Ask, credential?: () => Promise<Secret>): Promise<Received> => {
  let request: Received | undefined
  await withServer(
    answering(200, {}),
    async ({ client, received }) => {
      const task = ask(client)
      for (const one of Array.isArray(task) ? task : [task]) await one()
      request = received[0]
    },
    credential === undefined ? {} : { credential },
  )()
  if (request === undefined) throw new Error('no request arrived')
  return request
}

const onKey = { workspaceId: 'demo-a', keyId }

describe('a request goes out', () => {
  test.each<[string, Ask, string]>([
    ['getMe', (client) => client.getMe({}), 'GET /v1/me'],
    [
      'listKeys with all of its query',
      (client) =>
        client.listKeys({
          workspaceId: 'demo-a',
          limit: 7,
          cursor: 'a b&c',
          search: 'ä=%/',
          status: 'active',
        }),
      'GET /v1/workspaces/demo-a/keys?limit=7&cursor=a+b%26c&search=%C3%A4%3D%25%2F&status=active',
    ],
    [
      'listKeys without any',
      (client) => client.listKeys({ workspaceId: 'demo-a' }),
      'GET /v1/workspaces/demo-a/keys',
    ],
    [
      'createKey',
      (client) =>
        client.createKey({ workspaceId: 'demo-a', name: 'Ä "x"', expiresAt: at('2027-01-31T09:00:00Z') }),
      'POST /v1/workspaces/demo-a/keys {"name":"Ä \\"x\\"","expiresAt":"2027-01-31T09:00:00.000Z"}',
    ],
    ['getKey', (client) => client.getKey(onKey), `GET /v1/workspaces/demo-a/keys/${keyId}`],
    [
      'renameKey',
      (client) => client.renameKey({ ...onKey, name: 'Desk' }),
      `PATCH /v1/workspaces/demo-a/keys/${keyId} {"name":"Desk"}`,
    ],
    [
      'revokeKey without more',
      (client) => client.revokeKey(onKey),
      `POST /v1/workspaces/demo-a/keys/${keyId}/revoke {}`,
    ],
    [
      'revokeKey',
      (client) => client.revokeKey({ ...onKey, reason: 'leaked', note: 'Found.' }),
      `POST /v1/workspaces/demo-a/keys/${keyId}/revoke {"reason":"leaked","note":"Found."}`,
    ],
    [
      'replaceKey',
      (client) => client.replaceKey({ ...onKey, retireAt: at('2027-01-31T09:00:00Z') }),
      `POST /v1/workspaces/demo-a/keys/${keyId}/replace {"retireAt":"2027-01-31T09:00:00.000Z"}`,
    ],
    [
      'revokeKeys',
      (client) => client.revokeKeys({ workspaceId: 'demo-a', keyIds: [keyId, 'x'] }),
      `POST /v1/workspaces/demo-a/keys/revoke {"keyIds":["${keyId}","x"]}`,
    ],
    [
      'reviewActivity',
      (client) =>
        client.reviewActivity({
          workspaceId: 'demo-a',
          keyId,
          kind: 'used',
          outcome: 'wrong-secret',
          since: at('2026-01-01T00:00:00Z'),
          until: at('2026-02-01T00:00:00Z'),
          cursor: 12,
        }),
      `GET /v1/workspaces/demo-a/activity?keyId=${keyId}&kind=used&outcome=wrong-secret&since=2026-01-01T00%3A00%3A00.000Z&until=2026-02-01T00%3A00%3A00.000Z&cursor=12`,
    ],
    [
      'verifyKey',
      (client) => client.verifyKey({ key: new Secret('detrics_x'), action: 'read', client: 'agent/1' }),
      'POST /v1/verify {"key":"detrics_x","action":"read","client":"agent/1"}',
    ],
    ['getHealth', (client) => client.getHealth({}), 'GET /health'],
    ['getReadiness', (client) => client.getReadiness({}), 'GET /ready'],
  ])('as the contract has it: %s', async (_, ask, expected) => {
    const { method, target, body, headers } = await requestOf(ask)
    expect([method, target, body].join(' ').trim()).toBe(expected)
    expect(headers['content-type']).toBe(body === '' ? undefined : 'application/json')
    expect(headers.accept).toBe('application/json, application/problem+json')
    for (const name of ['authorization', 'if-match', 'idempotency-key'])
      expect(headers).not.toHaveProperty(name)
  })

  test.each([
    ['../../me', '..%2F..%2Fme'],
    ['.', '%252E'],
    ['..', '%252E%252E'],
    ['%2e%2e', '%252e%252e'],
    ['...', '...'],
    ['a/b?c#d', 'a%2Fb%3Fc%23d'],
    ['', ''],
    ['\ud800x', '%EF%BF%BDx'],
    ['\\', '%5C'],
  ])('with an id as one step of the path, whatever is in it: %j', async (id, step) => {
    const { target } = await requestOf((client) => client.revokeKey({ workspaceId: id, keyId: id }))
    expect(target).toBe(`/v1/workspaces/${step}/keys/${step}/revoke`)
  })

  test('with what else is in the record left at home', async () => {
    const more = { ...onKey, name: 'Desk', digest: 'x', ifRevision: '3' } as never
    const { target, body, headers } = await requestOf((client) => client.renameKey(more))
    expect([target, body]).toEqual([`/v1/workspaces/demo-a/keys/${keyId}`, '{"name":"Desk"}'])
    expect(headers).not.toHaveProperty('if-match')
  })
})

describe('a precondition and an idempotency key go out', () => {
  test('as headers of the operations that take them', async () => {
    const marks = { idempotencyKey: 'a-9f2c', ifRevision: 9007199254740993n }
    const { headers } = await requestOf((client) => client.revokeKey({ ...onKey, ...marks }))
    expect([headers['idempotency-key'], headers['if-match']]).toEqual(['a-9f2c', '"9007199254740993"'])
  })

  test('with none of the others', async () => {
    const marks = { idempotencyKey: 'a', ifRevision: 3n }
    const inputs = {
      ...onKey,
      ...marks,
      name: 'x',
      keyIds: [keyId],
      key: new Secret('x'),
      action: 'x',
    } as never
    const takers = { key: new Array<string>(), match: new Array<string>() }
    for (const operationId of operationIds) {
      const { headers } = await requestOf((client) => client[operationId](inputs))
      if ('idempotency-key' in headers) takers.key.push(operationId)
      if ('if-match' in headers) takers.match.push(operationId)
    }
    expect(takers).toEqual({
      key: ['createKey', 'revokeKey', 'replaceKey', 'revokeKeys'],
      match: ['renameKey', 'revokeKey', 'replaceKey'],
    })
  })
})

describe('the credential', () => {
  test('is asked for before each request and goes out as a bearer token', async () => {
    const tokens = ['one', 'two']
    const credential = () => Promise.resolve(new Secret(tokens.shift() ?? ''))
    await withServer(
      answering(200, {}),
      async ({ client, received }) => {
        await client.getMe({})()
        await client.getMe({})()
        expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
      },
      { credential },
    )()
  })

  test('that cannot be had is a fault of whoever was to give it: nothing is sent, and the reason comes out', async () => {
    const credential = () => Promise.reject(new Error('the vault is shut'))
    await withServer(
      answering(200, {}),
      async ({ client, received }) => {
        await expect(client.getMe({})()).rejects.toThrow('the vault is shut')
        expect(received).toEqual([])
      },
      { credential },
    )()
  })
})

test('an address that is none is refused when the client is made, and not called a broken network later', () => {
  expect(() => createKeysClient({ baseUrl: 'keys.example.com' })).toThrow('baseUrl')
})

test('nothing is sent before a task is run, and each run sends it again', () =>
  withServer(answering(200, { status: 'ok' }), async ({ client, received }) => {
    const task = client.getHealth({})
    expect(received).toEqual([])
    expect(await task()).toEqual(E.right({ status: 'ok' }))
    await task()
    expect(received).toHaveLength(2)
  })())

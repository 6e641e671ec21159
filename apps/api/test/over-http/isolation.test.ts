import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keysOfA, keysOfB, makeKey, openApi, type Api, type Sent } from './api.js'

let api: Api
let foreignId: string
let ownId: string
beforeAll(async () => {
  api = await openApi()
  foreignId = (await makeKey(api, 'Laptop of B', keysOfB)).keyId
  ownId = (await makeKey(api, 'Laptop of A')).keyId
})
afterAll(() => api.close())

/** Everything of a reply but the time. */
const bytesOf = ({ status, headers: { date: _, ...headers }, text }: Sent): unknown => ({
  status,
  headers,
  text,
})

const requests: ReadonlyArray<readonly [method: string, path: (id: string) => string, body: unknown]> = [
  ['GET', (id) => `${keysOfA}/${id}`, undefined],
  ['HEAD', (id) => `${keysOfA}/${id}`, undefined],
  ['PATCH', (id) => `${keysOfA}/${id}`, { name: 'Mine now' }],
  ['PATCH', (id) => `${keysOfA}/${id}`, { name: 'Laptop of B' }],
  ['PATCH', (id) => `${keysOfA}/${id}`, { name: '' }],
  ['POST', (id) => `${keysOfA}/${id}/revoke`, undefined],
  ['POST', (id) => `${keysOfA}/${id}/revoke`, { reason: 'leaked', note: 'Found it' }],
  ['POST', (id) => `${keysOfA}/${id}/replace`, {}],
  ['POST', (id) => `${keysOfA}/${id}/replace`, { name: 'Mine now', retireAt: '2099-01-01T00:00:00Z' }],
  ['GET', (id) => `/v1/workspaces/demo-a/activity?keyId=${id}`, undefined],
  ['DELETE', (id) => `${keysOfA}/${id}`, undefined],
]

describe('the key of another workspace, also of one of which the member is a member,', () => {
  test.each(requests)('is answered byte for byte like an unknown key: %s %s', async (method, path, body) => {
    // As a neighbour of the key that exists: of the same length and the same millisecond.
    const unknownId = foreignId.slice(0, -1) + (foreignId.endsWith('0') ? '1' : '0')
    const foreign = await api.send(method, path(foreignId), body)
    const unknown = await api.send(method, path(unknownId), body)
    expect(bytesOf(foreign)).toEqual(bytesOf(unknown))
    expect(foreign.text).not.toContain(foreignId)
    const own = await api.send(method, path(ownId), body)
    if (method === 'GET') expect(bytesOf(own)).not.toEqual(bytesOf(foreign))
  })

  test('is unchanged after all that', async () => {
    const { json } = await api.send('GET', `${keysOfB}/${foreignId}`)
    expect(json['key']).toMatchObject({ name: 'Laptop of B', status: 'active' })
  })
})

describe('a text that is no key id', () => {
  test.each(['x', '..', '%2e%2e', 'A'.repeat(90)])('is answered like an unknown key: %s', async (id) => {
    const unknown = await api.send('GET', `${keysOfA}/01990000-0000-7000-8000-000000000000`)
    const strange = await api.send('GET', `${keysOfA}/${id}`)
    expect(bytesOf(strange)).toEqual(bytesOf(unknown))
  })
})

test('the workspace of somebody else is answered byte for byte like one that does not exist', async () => {
  const onlyA = await openApi(undefined, () => ({
    memberId: 'somebody' as never,
    name: 'Somebody',
    workspaces: [{ workspaceId: 'demo-a', name: 'Demo workspace A' }],
  }))
  // It is filled past the API, as another member would have done.
  await onlyA.keys.create({
    workspaceId: 'demo-b',
    actor: { type: 'system', reason: 'test' },
    name: 'Of B',
  })()
  for (const path of ['keys', 'activity', `keys/${foreignId}`]) {
    const foreign = await onlyA.send('GET', `/v1/workspaces/demo-b/${path}`)
    const unknown = await onlyA.send('GET', `/v1/workspaces/demo-x/${path}`)
    expect(foreign.status).toBe(404)
    expect(bytesOf(foreign)).toEqual(bytesOf(unknown))
  }
  const made = await onlyA.send('POST', '/v1/workspaces/demo-b/keys', { name: 'Mine' })
  expect([made.status, made.json['code']]).toEqual([404, 'workspace_not_found'])
  await onlyA.close()
})

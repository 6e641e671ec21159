import { operationIds, operations, type OperationId } from '@detrics/keys-client/contract'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  expectProblem,
  identityOf,
  jsonOf,
  make,
  memberOf,
  openApi,
  unknownKeyId,
  whole,
  type Answer,
  type Api,
  type ShownCreation,
  type ShownKey,
} from './harness.js'

/*
 * The keys of demo-a, seen by a manager of demo-a, by somebody who is a viewer there and a manager of demo-b, and by a
 * service.
 */
let manager: Api
let viewer: Api
let service: Api
let key: ShownKey
beforeAll(async () => {
  manager = await openApi({ identity: identityOf(memberOf({ 'demo-a': 'manager' })) })
  const alter = () => manager.keys
  viewer = await openApi({
    alter,
    identity: identityOf(memberOf({ 'demo-a': 'viewer', 'demo-b': 'manager' })),
  })
  service = await openApi({ alter, identity: identityOf({ type: 'service', serviceId: 'reports' }) })
  key = (await make(manager, 'Laptop')).key
})
afterAll(async () => {
  for (const api of [viewer, service, manager]) await api.close()
})

const withAccess = (...access: ReadonlyArray<string>): ReadonlyArray<OperationId> =>
  operationIds.filter((id) => access.includes(operations[id].access))

const send = (
  api: Api,
  id: OperationId,
  workspaceId: string,
  payload = '{"name":"Taken over"}',
): Promise<Answer> => {
  const { method, path, body } = operations[id]
  const filled = path.replace('{workspaceId}', workspaceId).replace('{keyId}', key.keyId)
  const headers = { 'content-type': 'application/json' }
  return api.ask(method, filled, body === undefined ? {} : { payload, headers })
}

const keyNow = async (): Promise<ShownKey> =>
  jsonOf<ShownCreation>(await send(manager, 'getKey', 'demo-a')).key

describe('a viewer', () => {
  test.each(withAccess('viewer'))('sees what there is in the workspace: %s', async (id) => {
    const [seen, asManager] = [await send(viewer, id, 'demo-a'), await send(manager, id, 'demo-a')]
    expect(seen.status).toBe(200)
    expect(seen.text).toBe(asManager.text)
  })

  test.each(withAccess('manager'))('changes nothing, and is told whom to ask: %s', async (id) => {
    const before = await send(manager, 'reviewActivity', 'demo-a')
    for (const payload of ['{"name":"x"}', '{"keyIds":["x"]}', '{', ''])
      expectProblem(await send(viewer, id, 'demo-a', payload), 'manager_required')
    expect(await keyNow()).toEqual(key)
    expect((await send(manager, 'reviewActivity', 'demo-a')).text).toBe(before.text)
  })

  test.each(withAccess('viewer', 'manager'))(
    'is told of a workspace of others what is told of one that does not exist, and nothing of roles: %s',
    async (id) => {
      const unknown = await send(viewer, id, 'demo-x')
      expectProblem(unknown, 'workspace_not_found')
      expect(whole(await send(viewer, id, 'demo-c'))).toBe(whole(unknown))
      expect(whole(await send(manager, id, 'demo-b'))).toBe(whole(unknown))
    },
  )

  test('is a manager where this is the role, and reaches no key from there', async () => {
    const made = await send(viewer, 'createKey', 'demo-b', '{"name":"Of B"}')
    expect(made.status).toBe(201)
    for (const id of ['getKey', 'revokeKey', 'replaceKey'] as const)
      expectProblem(await send(viewer, id, 'demo-b', '{}'), 'key_not_found')
    expectProblem(await send(viewer, 'renameKey', 'demo-b'), 'key_not_found')
    expect(await keyNow()).toEqual(key)
  })

  test('does not verify keys', async () => {
    const answer = await viewer.ask('POST', '/v1/verify', { json: { key: 'x', action: 'read' } })
    expectProblem(answer, 'service_required')
  })
})

describe('a service', () => {
  test.each(withAccess('member', 'viewer', 'manager'))('is no member: %s', async (id) => {
    for (const workspaceId of ['demo-a', 'demo-x'])
      expectProblem(await send(service, id, workspaceId), 'member_required')
  })

  test('verifies keys', async () => {
    const answer = await service.ask('POST', '/v1/verify', { json: { key: 'x', action: 'read' } })
    expect([answer.status, jsonOf(answer)]).toEqual([200, { active: false, reason: 'unauthorized' }])
  })
})

test('what asks for no member is answered whoever asks', async () => {
  for (const api of [viewer, service])
    for (const id of withAccess('anyone')) expect((await send(api, id, '')).status).toBe(200)
})

test('control: a manager changes what a viewer may not', async () => {
  const renamed = await send(manager, 'renameKey', 'demo-a')
  expect(jsonOf<ShownCreation>(renamed).key.name).toBe('Taken over')
  expectProblem(
    await manager.ask('POST', `/v1/workspaces/demo-a/keys/${unknownKeyId}/revoke`),
    'key_not_found',
  )
})

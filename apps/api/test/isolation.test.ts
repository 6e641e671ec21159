import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { operationIds, operations, type OperationId } from '@detrics/keys-client/contract'
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
  type Ask,
  type ShownKey,
} from './harness.js'

/** A good request for each operation that names a workspace. */
const requests: Partial<Readonly<Record<OperationId, Ask>>> = {
  listKeys: {},
  createKey: { json: { name: 'New' } },
  getKey: {},
  renameKey: { json: { name: 'Taken over' } },
  revokeKey: { json: { reason: 'leaked' } },
  replaceKey: { json: {} },
  revokeKeys: { json: { keyIds: ['KEY'] } },
  reviewActivity: {},
}

const ofWorkspaces = operationIds.filter((id) => operations[id].path.includes('{workspaceId}'))
const ofKeys = ofWorkspaces.filter((id) => operations[id].path.includes('{keyId}'))

let api: Api
/** Of demo-b, of which the member is a member too. */
let foreign: { readonly key: ShownKey; readonly secret: string }
let own: { readonly key: ShownKey; readonly secret: string }
beforeAll(async () => {
  api = await openApi({ identity: identityOf(memberOf({ 'demo-a': 'manager', 'demo-b': 'manager' })) })
  foreign = await make(api, 'Of B', { workspaceId: 'demo-b' })
  own = await make(api, 'Of A')
  const actor = { type: 'system', reason: 'test' } as const
  const hidden = await api.keys.create({ workspaceId: 'demo-c', actor, name: 'Of C' })()
  if (hidden._tag === 'Left') throw new Error('no key was made in demo-c')
})
afterAll(() => api.close())

const send = (id: OperationId, workspaceId: string, keyId: string): Promise<Answer> => {
  const { method, path } = operations[id]
  const filled = path.replace('{workspaceId}', workspaceId).replace('{keyId}', keyId)
  const { json } = requests[id] ?? {}
  return api.ask(method, filled, json === undefined ? {} : { json: namingKey(json, keyId) })
}

const namingKey = (json: unknown, keyId: string): unknown =>
  JSON.parse(JSON.stringify(json).replace('"KEY"', JSON.stringify(keyId)))

test('every operation that names a workspace has a row here', () => {
  expect(Object.keys(requests).toSorted()).toEqual(ofWorkspaces.toSorted())
})

describe('a key of another workspace is answered byte for byte like one that does not exist:', () => {
  test.each([...ofKeys, 'revokeKeys'] as const)('%s', async (id) => {
    const unknown = await send(id, 'demo-a', unknownKeyId)
    expectProblem(unknown, 'key_not_found')
    const others = [foreign.key.keyId, foreign.key.keyId.toUpperCase(), 'no-id-at-all', '%00', 'x'.repeat(36)]
    for (const keyId of others) expect(whole(await send(id, 'demo-a', keyId))).toBe(whole(unknown))
  })

  test('reviewActivity, asked for one key', async () => {
    const ask = (keyId: string) => api.ask('GET', `/v1/workspaces/demo-a/activity?keyId=${keyId}`)
    expect(jsonOf(await ask(unknownKeyId))).toEqual({ entries: [], next: null })
    expect(whole(await ask(foreign.key.keyId))).toBe(whole(await ask(unknownKeyId)))
  })

  test('and is untouched by all of that', async () => {
    const answer = await api.ask('GET', `/v1/workspaces/demo-b/keys/${foreign.key.keyId}`)
    expect(jsonOf(answer)).toEqual({ key: foreign.key })
    const verdict = await api.keys.verify(foreign.secret, { action: 'whoami' })()
    expect(verdict).toMatchObject({ _tag: 'Active', workspaceId: 'demo-b' })
  })
})

describe('a workspace of others is answered byte for byte like one that does not exist:', () => {
  test.each(ofWorkspaces)('%s', async (id) => {
    const unknown = await send(id, 'demo-x', own.key.keyId)
    expectProblem(unknown, 'workspace_not_found')
    for (const workspaceId of ['demo-c', 'DEMO-A', 'demo-a%20', '%00', 'x'.repeat(65)])
      expect(whole(await send(id, workspaceId, own.key.keyId))).toBe(whole(unknown))
  })
})

test('control: the own workspace and the own key are answered by every operation', async () => {
  for (const [i, id] of ofWorkspaces.entries()) {
    const { key } = await make(api, `For operation ${i}`)
    const { status } = await send(id, 'demo-a', key.keyId)
    expect([id, status]).toEqual([id, operations[id].reply.status])
  }
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { routes } from '../src/routes.js'
import { expectProblem, jsonOf, make, openApi, unknownKeyId, whole, type Ask, type Api } from './harness.js'
import type { Answer, Method, ShownKey } from './harness.js'

/** A good request for each route that names a workspace. */
const requests: Readonly<Record<string, Ask>> = {
  'GET /v1/workspaces/:workspaceId/keys': {},
  'POST /v1/workspaces/:workspaceId/keys': { json: { name: 'New' } },
  'GET /v1/workspaces/:workspaceId/keys/:keyId': {},
  'PATCH /v1/workspaces/:workspaceId/keys/:keyId': { json: { name: 'Taken over' } },
  'POST /v1/workspaces/:workspaceId/keys/:keyId/revoke': { json: { reason: 'leaked' } },
  'POST /v1/workspaces/:workspaceId/keys/:keyId/replace': { json: {} },
  'GET /v1/workspaces/:workspaceId/activity': {},
}

const nameOf = ({ method, path }: (typeof routes)[number]): string => `${method} ${path}`
const ofWorkspaces = routes.filter(({ path }) => path.includes(':workspaceId')).map(nameOf)
const ofKeys = ofWorkspaces.filter((name) => name.includes(':keyId'))

let api: Api
/** Of demo-b, of which the member is a member too. */
let foreign: { readonly key: ShownKey; readonly secret: string }
let own: { readonly key: ShownKey; readonly secret: string }
beforeAll(async () => {
  api = await openApi({
    identity: () => ({
      memberId: 'somebody' as never,
      name: 'Somebody',
      workspaces: [
        { workspaceId: 'demo-a', name: 'A' },
        { workspaceId: 'demo-b', name: 'B' },
      ],
    }),
  })
  foreign = await make(api, 'Of B', { workspaceId: 'demo-b' })
  own = await make(api, 'Of A')
  const actor = { type: 'system', reason: 'test' } as const
  const hidden = await api.keys.create({ workspaceId: 'demo-c', actor, name: 'Of C' })()
  if (hidden._tag === 'Left') throw new Error('no key was made in demo-c')
})
afterAll(() => api.close())

const send = (route: string, workspaceId: string, keyId: string): Promise<Answer> => {
  const [method, path = ''] = route.split(' ')
  const filled = path.replace(':workspaceId', workspaceId).replace(':keyId', keyId)
  return api.ask(method as Method, filled, requests[route] ?? {})
}

test('every route that names a workspace has a row here', () => {
  expect(Object.keys(requests).toSorted()).toEqual(ofWorkspaces.toSorted())
})

describe('a key of another workspace is answered byte for byte like one that does not exist:', () => {
  test.each(ofKeys)('%s', async (route) => {
    const unknown = await send(route, 'demo-a', unknownKeyId)
    expectProblem(unknown, 'key_not_found')
    const others = [foreign.key.keyId, foreign.key.keyId.toUpperCase(), 'no-id-at-all', '%00', 'x'.repeat(36)]
    for (const keyId of others) expect(whole(await send(route, 'demo-a', keyId))).toBe(whole(unknown))
  })

  test('GET /v1/workspaces/:workspaceId/activity, asked for one key', async () => {
    const ask = (keyId: string) => api.ask('GET', `/v1/workspaces/demo-a/activity?keyId=${keyId}`)
    expect(whole(await ask(foreign.key.keyId))).toBe(whole(await ask(unknownKeyId)))
  })

  test('and is untouched by all of that', async () => {
    const answer = await api.ask('GET', `/v1/workspaces/demo-b/keys/${foreign.key.keyId}`)
    expect(jsonOf(answer)).toEqual({ key: foreign.key })
    const verified = await api.ask('POST', '/v1/verify', { json: { key: foreign.secret, action: 'whoami' } })
    expect(jsonOf(verified)).toMatchObject({ active: true, workspaceId: 'demo-b' })
  })
})

describe('a workspace of others is answered byte for byte like one that does not exist:', () => {
  test.each(ofWorkspaces)('%s', async (route) => {
    const unknown = await send(route, 'demo-x', own.key.keyId)
    expectProblem(unknown, 'workspace_not_found')
    for (const workspaceId of ['demo-c', 'DEMO-A', 'demo-a%20', '%00', 'x'.repeat(65)])
      expect(whole(await send(route, workspaceId, own.key.keyId))).toBe(whole(unknown))
  })
})

test('control: the own workspace and the own key are answered on every route', async () => {
  for (const [i, route] of ofWorkspaces.entries()) {
    const { key } = await make(api, `For route ${i}`)
    const { status } = await send(route, 'demo-a', key.keyId)
    expect([route, status]).toEqual([route, /^POST .*\/(keys|replace)$/.test(route) ? 201 : 200])
  }
})

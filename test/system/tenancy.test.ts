import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { apiOf, type Api } from '../support/api.js'
import { postMcp, toolCall } from '../support/raw-mcp.js'
import { install, stores, type Installation } from '../support/installations.js'

/** A well-formed key id that no workspace has. */
const unknownKeyId = '01932f5e-7c00-7000-8000-000000000000'

/** All of a reply but the time of day. */
const wholeReply = async (response: Response): Promise<string> => {
  const headers = [...response.headers].filter(([name]) => name !== 'date')
  return JSON.stringify([response.status, headers, await response.text()])
}

const onKey: ReadonlyArray<
  readonly [method: string, path: (keyId: string) => string, body: object | undefined]
> = [
  ['GET', (keyId) => `keys/${keyId}`, undefined],
  ['PATCH', (keyId) => `keys/${keyId}`, { name: 'New name' }],
  ['POST', (keyId) => `keys/${keyId}/revoke`, {}],
  ['POST', (keyId) => `keys/${keyId}/replace`, {}],
  ['GET', (keyId) => `activity?keyId=${keyId}`, undefined],
]

describe.each(stores)('one member of two workspaces, on %s', (store) => {
  let installation: Installation
  let api: Api
  let ofA: Awaited<ReturnType<Api['create']>>
  let ofB: Awaited<ReturnType<Api['create']>>

  beforeAll(async () => {
    installation = await install(store)
    api = apiOf(installation.api)
    ofA = await api.create('demo-a', 'Laptop of A')
    ofB = await api.create('demo-b', 'Laptop of B')
    await (await postMcp(installation.mcp.url, ofB.secret, toolCall('whoami'))).text()
  })
  afterAll(() => installation.remove())

  const ask = async (method: string, path: string, body: object | undefined): Promise<string> =>
    wholeReply(
      await fetch(`${installation.api.url}/v1/workspaces/demo-a/${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    )

  test.each(onKey)(
    '%s on a key of the other workspace is answered byte for byte like an unknown one',
    async (method, path, body) => {
      const foreign = await ask(method, path(ofB.key.keyId), body)
      expect(foreign).toBe(await ask(method, path(unknownKeyId), body))
      expect(foreign).not.toContain(ofB.key.keyId)
    },
  )

  test('control: a key of the own workspace is answered otherwise', async () => {
    const own = await ask('GET', `keys/${ofA.key.keyId}`, undefined)
    expect(own).not.toBe(await ask('GET', `keys/${unknownKeyId}`, undefined))
  })

  test('lists and activity of a workspace hold nothing of the other over the API', async () => {
    const seen = JSON.stringify([
      await api.call('GET', '/workspaces/demo-a/keys'),
      await api.call('GET', '/workspaces/demo-a/activity'),
    ])
    expect(seen).toContain(ofA.key.keyId)
    expect(seen).not.toContain(ofB.key.keyId)
    expect(seen).not.toContain('Laptop of B')
    expect(seen).not.toContain('demo-b')
  })

  test('a key sees nothing of the other workspace with any tool', async () => {
    for (const [tool, args] of [
      ['whoami', {}],
      ['list_keys', {}],
      ['review_activity', {}],
      ['review_activity', { keyId: ofB.key.keyId }],
    ] as const) {
      const reply = await (await postMcp(installation.mcp.url, ofA.secret, toolCall(tool, args))).text()
      for (const foreign of [ofB.key.keyId, 'Laptop of B', 'demo-b']) expect(reply).not.toContain(foreign)
      const own = await (await postMcp(installation.mcp.url, ofB.secret, toolCall(tool, args))).text()
      expect(own).toContain(ofB.key.keyId)
    }
  })

  test('a tool answers about a foreign key id as about an unknown one', async () => {
    const review = async (keyId: string): Promise<string> =>
      (await postMcp(installation.mcp.url, ofA.secret, toolCall('review_activity', { keyId }))).text()
    expect(await review(ofB.key.keyId)).toBe(await review(unknownKeyId))
  })
})

import { openKeys, reveal } from '@detrics/keys'
import { createApi, developmentIdentity, type Identity } from '@detrics/keys-api'
import { afterAll, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { keyForCi } from '../example/client.js'
import { authorise, keys } from '../example/embed.js'

afterAll(() => keys.close())

test("the README's example lets a key in, keeps others out, and notices a revocation", async () => {
  const actor = { type: 'system', reason: 'example' } as const
  const made = await keys.create({ workspaceId: 'acme', name: 'CI server', actor })()
  if (E.isLeft(made) || O.isNone(made.right.secret)) throw new Error('no key was made')
  const bearer = reveal(made.right.secret.value)

  expect(await authorise(bearer, 'GET /reports')).toBe('200 Data of acme')
  expect(await authorise('no key', 'GET /reports')).toBe('401 Unauthorized')

  await keys.revoke({ workspaceId: 'acme', keyId: made.right.key.keyId, actor })()
  expect(await authorise(bearer, 'GET /reports')).toBe('401 Unauthorized')

  const activity = await keys.activity({ workspaceId: 'acme' })()
  const lines = E.isRight(activity) ? activity.right.entries.map((entry) => entry.kind) : []
  expect(lines).toEqual(['used', 'revoked', 'used', 'created'])
})

test("the README's client makes a key that is accepted, and tells why when it may not", async () => {
  const opened = await openKeys({ store: 'memory:' })()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  // Whoever has this token is the development member; the provider that would say so is not what is shown here.
  const identity: Identity = {
    identify: ({ headers }) =>
      headers.authorization === 'Bearer good'
        ? developmentIdentity.identify({ method: 'GET', headers: {} })
        : Promise.resolve(E.left('token_invalid')),
  }
  const api = createApi({ keys: opened.right, identity, log: process.stderr })
  const url = await api.listen({ host: '127.0.0.1', port: 0 })
  const stored: string[] = []

  expect(await keyForCi(url, 'good', (key) => stored.push(key))).toMatch(/^CI server: detrics_\w{22}_…$/)
  expect(await keyForCi(url, 'good', (key) => stored.push(key))).toBe('The name is taken')
  expect(await keyForCi(url, 'bad', (key) => stored.push(key))).toBe('The credential is not accepted')

  const verdict = await opened.right.verify(stored[0] ?? '', { action: 'example' })()
  expect([verdict._tag, stored.length]).toEqual(['Active', 1])
  await api.close()
  expect(await keyForCi(url, 'good', () => undefined)).toBe('No reply')
  await opened.right.close()
})

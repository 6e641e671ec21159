import { reveal } from '@detrics/keys'
import { afterAll, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
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

import type { Identity } from '@detrics/keys-api'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { standardLimits } from '../../src/limits/table.js'
import {
  expectProblem,
  forged,
  jsonOf,
  keysPath,
  memberOf,
  openApi,
  withApi,
  type Answer,
  type Api,
} from '../harness.js'

const { countMax } = standardLimits.failures
const right = { authorization: 'Bearer right' }
const wrong = { authorization: 'Bearer wrong' }

/** An identity that knows one credential, and counts how often it is asked. */
const oneCredential = (): { readonly identity: Identity; readonly asked: () => number } => {
  let asked = 0
  return {
    asked: () => asked,
    identity: {
      identify: async ({ headers: { authorization } }) => {
        asked += 1
        if (authorization === right.authorization) return E.right(memberOf({ 'demo-a': 'manager' }))
        return E.left(authorization === undefined ? 'unauthenticated' : 'token_invalid')
      },
    },
  }
}

const me = ({ ask }: Api, headers: Readonly<Record<string, string>>): Promise<Answer> =>
  ask('GET', '/v1/me', { headers })

const fail = async (api: Api, times: number, headers: Readonly<Record<string, string>> = wrong) => {
  for (let i = 0; i < times; i += 1) expectProblem(await me(api, headers), 'token_invalid')
}

const expectLimited = (answer: Answer): void => {
  expectProblem(answer, 'rate_limited')
  expect(answer.headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/)
}

describe('an address from which too many credentials came that are not accepted', () => {
  test('is refused before a credential is looked at, a right one included', async () => {
    const { identity, asked } = oneCredential()
    const api = await openApi({ identity })
    await fail(api, countMax - 1)
    expect((await me(api, right)).status).toBe(200)
    await fail(api, 1)
    const before = asked()
    for (const headers of [wrong, right, {}]) expectLimited(await me(api, headers))
    expectLimited(await api.ask('GET', keysPath, { headers: right }))
    expectLimited(await api.ask('POST', '/v1/verify', { headers: right, json: { key: 'x', action: 'y' } }))
    expectLimited(await api.ask('GET', '/metrics', { headers: right }))
    expect(asked()).toBe(before)
    await api.close()
  })

  test('still has what takes no credential', async () => {
    const api = await openApi({ identity: oneCredential().identity })
    await fail(api, countMax)
    expectLimited(await me(api, right))
    for (const path of ['/health', '/ready', '/v1/openapi.json'])
      expect((await api.ask('GET', path)).status).toBe(200)
    expectProblem(await api.ask('GET', '/nothing', { headers: wrong }), 'not_found')
    await api.close()
  })

  test('is that of the client, an IPv6 one with its /64, where a trusted proxy says so', async () => {
    const api = await openApi({ identity: oneCredential().identity, trustedProxies: ['127.0.0.1'] })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    await fail(api, countMax / 2, { ...wrong, ...from('2001:db8:1:2::1') })
    await fail(api, countMax / 2, { ...wrong, ...from('2001:db8:1:2:3::1') })
    expectLimited(await me(api, { ...right, ...from('2001:db8:1:2::9') }))
    for (const address of ['2001:db8:1:3::1', '192.0.2.7'])
      expect((await me(api, { ...right, ...from(address) })).status).toBe(200)
    await api.close()
  })

  test('is not what anybody writes into a header where no proxy is trusted', async () => {
    const api = await openApi({ identity: oneCredential().identity })
    for (let i = 0; i < countMax; i += 1) await fail(api, 1, { ...wrong, 'x-forwarded-for': `192.0.2.${i}` })
    expectLimited(await me(api, { ...right, 'x-forwarded-for': '198.51.100.1' }))
    await api.close()
  })
})

describe('not counted as a failure is', () => {
  const more = countMax + 1

  test('a request without a credential', async () => {
    const api = await openApi({ identity: oneCredential().identity })
    for (let i = 0; i < more; i += 1) expectProblem(await me(api, {}), 'unauthenticated')
    expect((await me(api, right)).status).toBe(200)
    await api.close()
  })

  test(
    'a key that is verified and refused: it was sent to the service, not by it',
    withApi(async ({ ask }) => {
      for (let i = 0; i < more; i += 1) {
        const answer = await ask('POST', '/v1/verify', { json: { key: forged(), action: 'read' } })
        expect(jsonOf(answer)).toEqual({ active: false, reason: 'unauthorized' })
      }
    }),
  )

  test('an accepted credential that may not do this', async () => {
    const api = await openApi({ identity: oneCredential().identity })
    const path = '/v1/workspaces/demo-b/keys'
    for (let i = 0; i < more; i += 1)
      expectProblem(await api.ask('GET', path, { headers: right }), 'workspace_not_found')
    expect((await me(api, right)).status).toBe(200)
    await api.close()
  })
})

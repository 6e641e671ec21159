import type { Verdict } from '@detrics/keys'
import { describe, expect, test } from '@jest/globals'
import {
  activityPath,
  expectProblem,
  identityOf,
  jsonOf,
  keysPath,
  make,
  openApi,
  withApi,
  type Answer,
  type Api,
  type ShownActivity,
} from './harness.js'

const unauthorized = { active: false, reason: 'unauthorized' }

const verify = ({ ask }: Api, key: string, headers = {}, more = {}): Promise<Answer> =>
  ask('POST', '/v1/verify', { json: { key, action: 'read', ...more }, headers })

const openAnswering = (verdict: Verdict): Promise<Api> =>
  openApi({ alter: (keys) => ({ ...keys, verify: () => () => Promise.resolve(verdict) }) })

describe('a string that is no active key', () => {
  test(
    'is answered the same whether it is malformed, unknown or has a wrong secret',
    withApi(async (api) => {
      const { secret } = await make(api, 'Known')
      const elsewhere = await openApi()
      const { secret: other } = await make(elsewhere, 'Of another store')
      await elsewhere.close()
      const idPart = secret.slice(0, secret.lastIndexOf('_'))
      const strings = [
        '',
        'x',
        'Bearer ' + secret,
        ` ${secret}`,
        `${idPart}_${'a'.repeat(38)}`,
        other,
        '\u0000',
      ]
      for (const key of strings) {
        const answer = await verify(api, key)
        expect([answer.status, jsonOf(answer)]).toEqual([200, unauthorized])
      }
    }),
  )

  test(
    'is refused without a look at the store when it is malformed',
    withApi(async (api) => {
      const { secret } = await make(api, 'Looked up')
      await api.keys.close()
      // The store is gone: only what needs no look at it can still be decided.
      for (const key of ['', 'x', secret.slice(0, -1), secret.replace('detrics', 'other')])
        expect(jsonOf(await verify(api, key))).toEqual(unauthorized)
      const wellFormed = await verify(api, secret)
      expectProblem(wellFormed, 'verification_unavailable')
      expect([wellFormed.status, wellFormed.headers['retry-after']]).toEqual([503, '1'])
    }),
  )
})

describe('a verdict is shown as', () => {
  test.each<[Verdict, object]>([
    [{ _tag: 'Refused', reason: 'malformed' }, unauthorized],
    [{ _tag: 'Refused', reason: 'unknown' }, unauthorized],
    [
      { _tag: 'Refused', reason: 'revoked' },
      { active: false, reason: 'revoked' },
    ],
    [
      { _tag: 'Refused', reason: 'expired' },
      { active: false, reason: 'expired' },
    ],
  ])('%j', async (verdict, shown) => {
    const api = await openAnswering(verdict)
    const answer = await verify(api, 'x')
    expect([answer.status, jsonOf(answer)]).toEqual([200, shown])
    await api.close()
  })
})

describe('a use', () => {
  const newest = async ({ ask }: Api) => jsonOf<ShownActivity>(await ask('GET', activityPath)).entries[0]

  test(
    'is recorded with what is known of the caller, keys in its user agent redacted',
    withApi(async (api) => {
      const { secret } = await make(api, 'Reports')
      await verify(api, secret, { 'user-agent': `reports/1.0 ${secret} ${'z'.repeat(400)}` })
      expect(await newest(api)).toMatchObject({
        kind: 'used',
        action: 'read',
        address: '127.0.0.1',
        client: `reports/1.0 [redacted] ${'z'.repeat(400)}`.slice(0, 256),
      })
    }),
  )

  test('is recorded with what a service says of its client, and with nothing of the service itself', async () => {
    const identity = identityOf({ type: 'service', serviceId: 'reports' })
    const member = await openApi()
    const { secret } = await make(member, 'Reports')
    const service = await openApi({ alter: () => member.keys, identity })
    await verify(service, secret, { 'user-agent': 'service/1' }, { client: 'agent/7', address: '192.0.2.7' })
    expect(await newest(member)).toMatchObject({ client: 'agent/7', address: '192.0.2.7' })
    await verify(service, secret, { 'user-agent': 'service/1' })
    const bare = await newest(member)
    expect(bare).toMatchObject({ kind: 'used', action: 'read' })
    expect(bare).not.toHaveProperty('client')
    expect(bare).not.toHaveProperty('address')
    await service.close()
    await member.close()
  })
})

test(
  'who made a key, and from where, is in the review',
  withApi(async ({ ask }) => {
    await ask('POST', keysPath, { json: { name: 'Work laptop' }, headers: { 'user-agent': 'page/2.0' } })
    expect(jsonOf<ShownActivity>(await ask('GET', activityPath)).entries).toEqual([
      {
        sequence: 1,
        kind: 'created',
        keyId: expect.any(String),
        occurredAt: expect.any(String),
        name: 'Work laptop',
        actor: { type: 'member', memberId: 'dev-member' },
        origin: { address: '127.0.0.1', userAgent: 'page/2.0' },
      },
    ])
  }),
)

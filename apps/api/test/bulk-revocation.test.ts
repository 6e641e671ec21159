import type { KeyId } from '@detrics/keys'
import { describe, expect, test } from '@jest/globals'
import {
  activityPath,
  expectProblem,
  jsonOf,
  keysPath,
  make,
  unknownKeyId,
  withApi,
  type Answer,
  type Api,
  type ShownActivity,
  type ShownKey,
} from './harness.js'

interface Revoked {
  readonly keys: ReadonlyArray<ShownKey>
  readonly revoked: number
}

const path = `${keysPath}/revoke`
const actor = { type: 'system', reason: 'test' } as const

/** By the front door, since one member may not make so many in a minute. */
const makeMany = async ({ keys }: Api, count: number): Promise<ReadonlyArray<KeyId>> => {
  const made: Array<KeyId> = []
  for (let i = 0; i < count; i += 1) {
    const key = await keys.create({ workspaceId: 'demo-a', actor, name: `Key ${i}` })()
    if (key._tag === 'Left') throw new Error(key.left._tag)
    made.push(key.right.key.keyId)
  }
  return made
}

const revoke = ({ ask }: Api, json: object, headers = {}): Promise<Answer> =>
  ask('POST', path, { json, headers })

const revocationsIn = async ({ ask }: Api): Promise<number> => {
  const page = jsonOf<ShownActivity>(await ask('GET', `${activityPath}?kind=revoked&limit=200`))
  return page.entries.length
}

describe('many keys are revoked at once', () => {
  test(
    'one as well as several, in the order in which they are named, each once, with the reason and the note',
    withApi(async (api) => {
      const [one, two, three] = [await make(api, 'One'), await make(api, 'Two'), await make(api, 'Three')]
      const answer = await revoke(api, {
        keyIds: [three.key.keyId, one.key.keyId.toUpperCase(), three.key.keyId],
        reason: 'compromised',
        note: 'Laptop stolen.',
      })
      expect(answer.status).toBe(200)
      const { keys, revoked } = jsonOf<Revoked>(answer)
      expect(keys.map(({ keyId }) => keyId)).toEqual([three.key.keyId, one.key.keyId])
      expect(revoked).toBe(2)
      for (const key of keys)
        expect(key).toMatchObject({
          status: 'revoked',
          revocation: { effective: 'immediately', reason: 'compromised', note: 'Laptop stolen.' },
        })
      const verdicts = await Promise.all(
        [one, two, three].map(({ secret }) => api.keys.verify(secret, { action: 'read' })()),
      )
      expect(verdicts).toMatchObject([{ reason: 'revoked' }, { _tag: 'Active' }, { reason: 'revoked' }])
      expect(jsonOf<Revoked>(await revoke(api, { keyIds: [two.key.keyId] }))).toMatchObject({
        revoked: 1,
        keys: [{ revocation: { reason: 'requested' } }],
      })
    }),
  )

  test(
    '1,000 of them',
    withApi(async (api) => {
      const keyIds = await makeMany(api, 1_000)
      const answer = await revoke(api, { keyIds })
      expect(answer.status).toBe(200)
      const { keys, revoked } = jsonOf<Revoked>(answer)
      expect([keys.length, revoked]).toEqual([1_000, 1_000])
      const left = await api.ask('GET', `${keysPath}?status=active`)
      expect(jsonOf(left)).toEqual({ keys: [], next: null })
    }),
  )

  test.each([
    ['unknown', () => Promise.resolve(unknownKeyId)],
    [
      'of another workspace',
      async (api: Api) => (await make(api, 'Of B', { workspaceId: 'demo-b' })).key.keyId,
    ],
    ['no id at all', () => Promise.resolve('x')],
    ['empty', () => Promise.resolve('')],
  ])('or none of them when one is %s', (_, idOf) =>
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const answer = await revoke(api, { keyIds: [key.keyId, await idOf(api)] })
      expectProblem(answer, 'key_not_found')
      expect(await revocationsIn(api)).toBe(0)
      const list = jsonOf<{ readonly keys: ReadonlyArray<ShownKey> }>(await api.ask('GET', keysPath))
      expect(list.keys).toMatchObject([{ keyId: key.keyId, status: 'active' }])
    })(),
  )

  test(
    'and those that had been revoked before stay as they are and are not counted',
    withApi(async (api) => {
      const [one, two] = [await make(api, 'One'), await make(api, 'Two')]
      const before = await api.ask('POST', `${keysPath}/${one.key.keyId}/revoke`, {
        json: { reason: 'leaked' },
      })
      const keyIds = [one.key.keyId, two.key.keyId]
      const { keys, revoked } = jsonOf<Revoked>(await revoke(api, { keyIds, reason: 'requested' }))
      expect(revoked).toBe(1)
      expect(keys[0]).toEqual(jsonOf<{ key: ShownKey }>(before).key)
      const again = jsonOf<Revoked>(await revoke(api, { keyIds }))
      expect(again).toEqual({ keys, revoked: 0 })
      expect(await revocationsIn(api)).toBe(2)
    }),
  )
})

describe('a bulk revocation that is repeated with its Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'a-9f2c' }

  test(
    'is answered again, in any order and case of its ids, and changes nothing',
    withApi(async (api) => {
      const [one, two] = [await make(api, 'One'), await make(api, 'Two')]
      const keyIds = [one.key.keyId, two.key.keyId]
      const first = await revoke(api, { keyIds, note: 'Once.' }, headers)
      const again = await revoke(
        api,
        { note: 'Once.', keyIds: keyIds.map((id) => id.toUpperCase()) },
        headers,
      )
      expect([again.status, again.text]).toEqual([200, first.text])
      expect(await revocationsIn(api)).toBe(2)
    }),
  )

  test(
    'is carried out once when all repetitions come at once',
    withApi(async (api) => {
      const keyIds = await makeMany(api, 20)
      const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(api, { keyIds }, headers)))
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(jsonOf<Revoked>(answers[0]!).revoked).toBe(20)
      expect(await revocationsIn(api)).toBe(20)
    }),
  )

  test(
    'is refused when it asks for something else',
    withApi(async (api) => {
      const [one, two] = [await make(api, 'One'), await make(api, 'Two')]
      await revoke(api, { keyIds: [one.key.keyId] }, headers)
      const others = [
        { keyIds: [two.key.keyId] },
        { keyIds: [one.key.keyId, two.key.keyId] },
        { keyIds: [one.key.keyId], note: 'x' },
        { keyIds: [one.key.keyId], reason: 'leaked' },
      ]
      for (const other of others) expectProblem(await revoke(api, other, headers), 'idempotency_key_reused')
      expect(await revocationsIn(api)).toBe(1)
    }),
  )
})

describe('a bulk revocation is refused', () => {
  test.each<[string, unknown, string]>([
    ['of no key', [], '/keyIds'],
    ['of 1,001 keys', Array.from({ length: 1_001 }, () => unknownKeyId), '/keyIds'],
    ['of what is no list', unknownKeyId, '/keyIds'],
    ['of an object with numbers for names', { 0: unknownKeyId }, '/keyIds'],
    ['of a list in a list', [[unknownKeyId]], '/keyIds/0'],
    ['of a number', [unknownKeyId, 7], '/keyIds/1'],
  ])('%s', (_, keyIds, pointer) =>
    withApi(async (api) => {
      expectProblem(await revoke(api, { keyIds }), 'invalid_request', [pointer])
    })(),
  )

  test(
    'without any, and with a later instant, which it does not take',
    withApi(async (api) => {
      expectProblem(await revoke(api, {}), 'invalid_request', ['/keyIds'])
      const json = { keyIds: [unknownKeyId], effective: '2999-01-01T00:00:00Z' }
      expectProblem(await revoke(api, json), 'invalid_request', ['/effective'])
    }),
  )
})

import { describe, expect, test } from '@jest/globals'
import { standardLimits } from '../../src/limits/table.js'
import {
  expectProblem,
  jsonOf,
  keysPath,
  make,
  withApi,
  type Answer,
  type Api,
  type ShownPage,
} from '../harness.js'

const { countMax } = standardLimits.mintings
const keysOfB = '/v1/workspaces/demo-b/keys'

const create = ({ ask }: Api, name: string, path = keysPath): Promise<Answer> =>
  ask('POST', path, { json: { name } })

const makeSome = async (api: Api, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await make(api, `Key ${i}`)
}

const expectLimited = (answer: Answer): void => {
  expectProblem(answer, 'rate_limited')
  expect(answer.headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/)
}

const countOf = async ({ ask }: Api): Promise<number> =>
  jsonOf<ShownPage>(await ask('GET', `${keysPath}?limit=200`)).keys.length

describe('a member who has made as many keys in a workspace as the limit says', () => {
  test(
    'makes no more there for the rest of the minute, neither new ones nor successors',
    withApi(async (api) => {
      await makeSome(api, countMax - 1)
      const { key } = await make(api, 'The last one')
      expectLimited(await create(api, 'One too many'))
      expectLimited(await api.ask('POST', `${keysPath}/${key.keyId}/replace`))
      expect(await countOf(api)).toBe(countMax)
    }),
  )

  test(
    'still does everything else, and makes keys in another workspace',
    withApi(async (api) => {
      await makeSome(api, countMax - 1)
      const { key, secret } = await make(api, 'The last one')
      const path = `${keysPath}/${key.keyId}`
      expectLimited(await create(api, 'One too many'))
      expect((await create(api, 'Elsewhere', keysOfB)).status).toBe(201)
      expect((await api.ask('PATCH', path, { json: { name: 'Renamed' } })).status).toBe(200)
      expect((await api.ask('POST', `${path}/revoke`)).status).toBe(200)
      const verified = await api.ask('POST', '/v1/verify', { json: { key: secret, action: 'read' } })
      expect(jsonOf(verified)).toEqual({ active: false, reason: 'revoked' })
    }),
  )

  test(
    'gets round it by no number of requests at once',
    withApi(async (api) => {
      const answers = await Promise.all(
        Array.from({ length: countMax + 20 }, (_, i) => create(api, `At once ${i}`)),
      )
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(countMax)
      for (const answer of answers.filter(({ status }) => status !== 201)) expectLimited(answer)
      expect(await countOf(api)).toBe(countMax)
    }),
  )
})

test(
  'a request that makes nothing is not counted',
  withApi(async (api) => {
    await make(api, 'Taken')
    for (let i = 0; i < countMax; i += 1) {
      expectProblem(await create(api, 'Taken'), 'name_taken')
      expectProblem(await create(api, ''), 'invalid_request', ['/name'])
    }
    expect((await create(api, 'Free')).status).toBe(201)
  }),
)

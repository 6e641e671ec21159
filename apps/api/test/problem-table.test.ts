import type { Instant, KeysError } from '@detrics/keys'
import type { ProblemCode } from '@detrics/keys-client/contract'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, test } from '@jest/globals'
import {
  activityPath,
  expectProblem,
  holdsTrace,
  jsonOf,
  keysPath,
  make,
  openApi,
  unknownKeyId,
  withApi,
  type Answer,
  type Api,
} from './harness.js'

/** Everything that the front door is asked for, over HTTP. */
const everyQuestion: ReadonlyArray<(api: Api) => Promise<Answer>> = [
  ({ ask }) => ask('POST', keysPath, { json: { name: 'x' } }),
  ({ ask }) => ask('PATCH', `${keysPath}/${unknownKeyId}`, { json: { name: 'x' } }),
  ({ ask }) => ask('POST', `${keysPath}/${unknownKeyId}/revoke`, { json: {} }),
  ({ ask }) => ask('POST', `${keysPath}/${unknownKeyId}/replace`, { json: {} }),
  ({ ask }) => ask('POST', `${keysPath}/revoke`, { json: { keyIds: [unknownKeyId] } }),
  ({ ask }) => ask('GET', `${keysPath}/${unknownKeyId}`),
  ({ ask }) => ask('GET', keysPath),
  ({ ask }) => ask('GET', activityPath),
]

const openRefusing = (error: KeysError): Promise<Api> => {
  const refuse = (): TE.TaskEither<KeysError, never> => TE.left(error)
  const commands = { create: refuse, rename: refuse, revoke: refuse, replace: refuse, revokeMany: refuse }
  return openApi({
    alter: (keys) => ({ ...keys, ...commands, get: refuse, list: refuse, activity: refuse }),
  })
}

describe('an error of the front door is shown as its problem:', () => {
  test.each<[KeysError, number, ProblemCode]>([
    [{ _tag: 'KeyNotFound' }, 404, 'key_not_found'],
    [{ _tag: 'KeyEnded' }, 409, 'key_ended'],
    [{ _tag: 'KeyChanged' }, 412, 'key_changed'],
    [{ _tag: 'NameTaken' }, 409, 'name_taken'],
    [{ _tag: 'KeyLimitReached', activeKeysMax: 3 }, 409, 'key_limit_reached'],
    [{ _tag: 'ExpiryNotInFuture', now: 0 as Instant }, 400, 'expiry_not_in_future'],
    [{ _tag: 'RequestReused' }, 409, 'idempotency_key_reused'],
    [{ _tag: 'KeyIdTaken' }, 500, 'internal_error'],
    [{ _tag: 'StoreUnavailable', cause: 'secret cause' }, 503, 'store_unavailable'],
    [{ _tag: 'OutcomeNotKnown', cause: 'secret cause' }, 503, 'outcome_not_known'],
    [{ _tag: 'TooMuchContention' }, 503, 'too_much_contention'],
  ])('%j', async (error, status, code) => {
    const api = await openRefusing(error)
    for (const question of everyQuestion) {
      const answer = await question(api)
      expectProblem(answer, code)
      expect([answer.status, answer.headers['retry-after']]).toEqual([
        status,
        status === 503 ? '1' : undefined,
      ])
      expect(holdsTrace(answer, 'secret cause')).toBe(false)
    }
    await api.close()
  })

  test.each([
    ['name', '/name'],
    ['after', '/cursor'],
    ['before', '/cursor'],
    ['idempotencyKey', '/Idempotency-Key'],
  ])('a field that does not fit, under the name that the API has for it: %s', async (field, pointer) => {
    const api = await openRefusing({ _tag: 'InvalidInput', field, detail: 'Give another one.' })
    for (const question of everyQuestion) {
      const answer = await question(api)
      expectProblem(answer, 'invalid_request', [pointer])
      expect(jsonOf(answer)).toMatchObject({ errors: [{ detail: 'Give another one.' }] })
    }
    await api.close()
  })
})

describe('on the real front door', () => {
  test(
    'a taken name, an ended key and an unknown workspace are told apart',
    withApi(async (api) => {
      const { key } = await make(api, 'Work laptop')
      expectProblem(await api.ask('POST', keysPath, { json: { name: 'work LAPTOP' } }), 'name_taken')
      await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
      const late = await api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name: 'Other' } })
      expectProblem(late, 'key_ended')
      expectProblem(await api.ask('GET', '/v1/workspaces/demo-c/keys'), 'workspace_not_found')
    }),
  )
})

describe('an exception', () => {
  test.each([
    ['an Error', () => new Error('spilt milk')],
    ['an Error with a status', () => Object.assign(new Error('spilt milk'), { statusCode: 400, code: 'X' })],
    ['a text', () => 'spilt milk'],
  ])(
    'that is %s is answered as a defect with nothing inside, and logged without its message',
    async (_, thrown) => {
      const api = await openApi({
        alter: (keys) => ({
          ...keys,
          list: () => () => Promise.reject(thrown()), // oxlint-disable-line typescript/prefer-promise-reject-errors
        }),
      })
      const answer = await api.ask('GET', `${keysPath}?limit=7`)
      expectProblem(answer, 'internal_error')
      expect(answer.status).toBe(500)
      expect(answer.text + api.log()).not.toContain('milk')
      const logged = JSON.parse(api.log()) as object
      expect(logged).toMatchObject({ event: 'internal_error', route: '/v1/workspaces/:workspaceId/keys' })
      expect(Object.keys(logged).toSorted()).toEqual(
        ['err', 'event', 'hostname', 'level', 'msg', 'pid', 'requestId', 'route', 'time'].toSorted(),
      )
      await api.close()
    },
  )
})

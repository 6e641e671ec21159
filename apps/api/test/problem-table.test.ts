import { problemTable } from '@detrics/keys-api'
import type { KeysError } from '@detrics/keys'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, test } from '@jest/globals'
import { keysOfA, makeKey, openApi, shapeOfProblem } from './socket.js'

const someId = '01990000-0000-7000-8000-000000000000'

test('the problem codes with their status and title are the ones that programs rely on', () => {
  const rows = Object.entries(problemTable).map(([code, [status, title]]) => `${status} ${code}: ${title}`)
  expect(rows).toMatchInlineSnapshot(`
   [
     "400 invalid_request: The request does not fit",
     "400 invalid_json: The body is not JSON",
     "400 body_too_deep: The body is nested too deeply",
     "400 malformed_http: The request is not HTTP as this server reads it",
     "400 expiry_not_in_future: The expiry is not in the future",
     "401 unauthenticated: It is not known who asks",
     "403 origin_refused: This origin is not served",
     "404 not_found: There is nothing here",
     "404 workspace_not_found: There is no such workspace",
     "404 key_not_found: The workspace has no such key",
     "405 method_not_allowed: The path does not know this method",
     "408 request_timeout: The request took too long to arrive",
     "409 key_ended: The key has ended",
     "409 name_taken: The name is taken",
     "409 key_limit_reached: The workspace has as many keys as it may have",
     "409 idempotency_key_reused: The idempotency key was used for another request",
     "413 body_too_large: The body is larger than 64 KiB",
     "415 unsupported_media_type: The body is not declared as JSON",
     "421 wrong_host: This host is not served",
     "431 headers_too_large: The headers are too large",
     "500 internal_error: The server has a defect",
     "503 verification_unavailable: It cannot be decided now whether the key is active",
     "503 store_unavailable: The store does not answer",
     "503 outcome_not_known: It is not known whether this was done",
     "503 too_much_contention: Too many others change this workspace",
   ]
  `)
})

test('every problem says in a sentence what to do', () => {
  for (const [status, title, detail] of Object.values(problemTable)) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).toMatch(/^[A-Z][^.]+$/)
    expect(detail).toMatch(/^[A-Z].+\.$/)
  }
})

describe('an error of the front door is shown as its problem:', () => {
  test.each<[KeysError, number, string]>([
    [{ _tag: 'KeyNotFound' }, 404, 'key_not_found'],
    [{ _tag: 'KeyEnded' }, 409, 'key_ended'],
    [{ _tag: 'NameTaken' }, 409, 'name_taken'],
    [{ _tag: 'KeyLimitReached', activeKeysMax: 3 }, 409, 'key_limit_reached'],
    [{ _tag: 'RequestReused' }, 409, 'idempotency_key_reused'],
    [{ _tag: 'KeyIdTaken' }, 500, 'internal_error'],
    [{ _tag: 'StoreUnavailable', cause: 'secret cause' }, 503, 'store_unavailable'],
    [{ _tag: 'OutcomeNotKnown', cause: 'secret cause' }, 503, 'outcome_not_known'],
    [{ _tag: 'TooMuchContention' }, 503, 'too_much_contention'],
  ])('%j', async (error, status, code) => {
    const refuse = (): TE.TaskEither<KeysError, never> => TE.left(error)
    const all = { create: refuse, rename: refuse, revoke: refuse, replace: refuse, get: refuse, list: refuse }
    const api = await openApi((keys) => ({ ...keys, ...all, activity: refuse }))
    const replies = [
      await api.send('POST', keysOfA, { name: 'x' }),
      await api.send('PATCH', `${keysOfA}/${someId}`, { name: 'x' }),
      await api.send('POST', `${keysOfA}/${someId}/revoke`, {}),
      await api.send('POST', `${keysOfA}/${someId}/replace`, {}),
      await api.send('GET', `${keysOfA}/${someId}`),
      await api.send('GET', keysOfA),
      await api.send('GET', '/v1/workspaces/demo-a/activity'),
    ]
    for (const reply of replies) {
      expect(reply.json).toEqual(shapeOfProblem(status, code))
      expect([reply.status, reply.headers['retry-after']]).toEqual([status, status === 503 ? '1' : undefined])
    }
    await api.close()
  })
})

describe('on the real front door', () => {
  test('a taken name, an ended key and an unknown workspace are told apart', async () => {
    const api = await openApi()
    const { keyId } = await makeKey(api, 'Work laptop')
    expect((await api.send('POST', keysOfA, { name: 'work LAPTOP' })).json).toEqual(
      shapeOfProblem(409, 'name_taken'),
    )
    await api.send('POST', `${keysOfA}/${keyId}/revoke`)
    const late = await api.send('PATCH', `${keysOfA}/${keyId}`, { name: 'Other' })
    expect(late.json).toEqual(shapeOfProblem(409, 'key_ended'))
    const elsewhere = await api.send('GET', '/v1/workspaces/demo-c/keys')
    expect(elsewhere.json).toEqual(shapeOfProblem(404, 'workspace_not_found'))
    await api.close()
  })
})

describe('an exception', () => {
  test.each([
    ['an Error', () => new Error('spilt milk')],
    ['an Error with a status', () => Object.assign(new Error('spilt milk'), { statusCode: 400, code: 'X' })],
    ['a text', () => 'spilt milk'],
  ])(
    'that is %s is answered as a defect with nothing inside, and logged without its message',
    async (_, make) => {
      const api = await openApi((keys) => ({
        ...keys,
        list: () => () => Promise.reject(make()), // oxlint-disable-line typescript/prefer-promise-reject-errors
      }))
      const reply = await api.send('GET', `${keysOfA}?limit=7`)
      expect([reply.status, reply.json]).toEqual([500, shapeOfProblem(500, 'internal_error')])
      expect(reply.text + api.log()).not.toContain('milk')
      const logged = JSON.parse(api.log())
      expect(logged).toMatchObject({ event: 'internal_error', route: '/v1/workspaces/:workspaceId/keys' })
      expect(Object.keys(logged).toSorted()).toEqual(
        ['err', 'event', 'hostname', 'level', 'msg', 'pid', 'reqId', 'route', 'time'].toSorted(),
      )
      await api.close()
    },
  )
})

import type { Keys } from '@detrics/keys'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import fastify from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { logTo } from '../../src/log.js'
import { logRequests } from '../../src/request-log.js'
import { expectProblem, forged, keysPath, loopback, make, openApi, withApi, type Api } from '../harness.js'
import { gated, withRooms } from './gated.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const linesOf = ({ log }: Pick<Api, 'log'>): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** A front door whose store is away. */
const storeAway = (keys: Keys): Keys => ({
  ...keys,
  list: () => () => Promise.resolve(E.left({ _tag: 'StoreUnavailable', cause: 'away' })),
})

describe('a request that fails by a fault of ours', () => {
  test('has one line, with what an operator looks for and nothing of the request', async () => {
    const api = await openApi({ alter: storeAway })
    const trace = forged()
    const headers = { 'user-agent': trace, 'x-request-id': trace, cookie: trace, referer: trace }
    const answer = await api.ask('GET', `${keysPath}?search=${trace.slice(-20)}`, { headers })
    expectProblem(answer, 'store_unavailable')
    expect(linesOf(api)).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        pid: process.pid,
        hostname: expect.any(String),
        event: 'request',
        requestId: expect.stringMatching(uuid),
        operationId: 'listKeys',
        status: 503,
        code: 'store_unavailable',
        durationMs: expect.any(Number),
        msg: '',
      },
    ])
    expect(api.log()).not.toContain(trace.slice(-12))
    for (const part of ['demo-a', '127.0.0.1', '/v1']) expect(api.log()).not.toContain(part)
    await api.close()
  })

  test('carries the id of its line in its reply, and no other request has that', async () => {
    const api = await openApi({ alter: storeAway })
    const headers = { 'x-request-id': 'mine' }
    for (let i = 0; i < 3; i += 1) {
      const answer = await api.ask('GET', keysPath, { headers })
      expect(linesOf(api)[i]).toMatchObject({ requestId: answer.headers['x-request-id'] })
    }
    expect(new Set(linesOf(api).map(({ requestId }) => requestId)).size).toBe(3)
    expect(api.log()).not.toContain('mine')
    await api.close()
  })

  test('as a defect has only the line that tells where the defect is, under the same id', async () => {
    const list = (): never => {
      throw new Error('a defect')
    }
    const api = await openApi({ alter: (keys) => ({ ...keys, list }) })
    const answer = await api.ask('GET', keysPath)
    expectProblem(answer, 'internal_error')
    expect(linesOf(api)).toHaveLength(1)
    expect(linesOf(api)[0]).toMatchObject({
      event: 'internal_error',
      requestId: answer.headers['x-request-id'],
    })
    await api.close()
  })

  test('has no line where thousands fail in the same second, but is counted', async () => {
    const api = await openApi({ alter: storeAway })
    for (let round = 0; round < 30; round += 1)
      await Promise.all(Array.from({ length: 20 }, () => api.ask('GET', keysPath)))
    const requests = (): number => linesOf(api).filter(({ event }) => event === 'request').length
    const leftOut = (): number =>
      linesOf(api).reduce((sum, { count }) => sum + (typeof count === 'number' ? count : 0), 0)
    // A second tells what the one before it left out; on a busy machine these requests are of several.
    await expectEventually(async () => {
      await api.ask('GET', keysPath)
      return leftOut() > 0 && requests() + leftOut() >= 600
    })
    expect(requests()).toBeGreaterThanOrEqual(100)
    await api.close()
  })
})

describe('no line has', () => {
  test(
    'what is answered as asked, and what the caller did wrong',
    withApi(async (api) => {
      const { secret } = await make(api, 'Laptop')
      for (const key of [secret, 'x'])
        expect((await api.ask('POST', '/v1/verify', { json: { key, action: 'read' } })).status).toBe(200)
      for (const path of [`${keysPath}/x`, '/nothing', '/v1/workspaces/x/keys'])
        expect((await api.ask('GET', path)).status).toBe(404)
      const answer = await api.ask('POST', keysPath, { json: {} })
      expectProblem(answer, 'invalid_request', ['/name'])
      expect(answer.headers).not.toHaveProperty('x-request-id')
      expect(api.log()).toBe('')
    }),
  )

  test('what is shed: a flood of requests is no flood of lines', async () => {
    const gate = gated(['list'])
    const api = await openApi({ alter: gate.alter, limits: withRooms({ rest: { inFlightMax: 1 } }) })
    const under = api.ask('GET', keysPath)
    await gate.arrivals(1)
    for (let i = 0; i < 20; i += 1) expectProblem(await api.ask('GET', keysPath), 'overloaded')
    gate.letGo()
    await under
    expect(api.log()).toBe('')
    await api.close()
  })
})

test('a request that takes long has a line, whatever is answered', async () => {
  const lines: Array<string> = []
  const app = fastify({ logger: logTo({ write: (line) => void lines.push(line) }) })
  const slowMs = 50
  logRequests(app, slowMs)
  app.get('/slow', { config: { operationId: 'listKeys' } }, async () => {
    for (const untilMs = performance.now() + slowMs; performance.now() < untilMs;) await pause(1)
    return 'done'
  })
  app.get('/fast', () => 'done')
  const url = await app.listen({ host: loopback, port: 0 })
  const [slow, fast] = [await fetch(`${url}/slow`), await fetch(`${url}/fast`)]
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const requests = logged.filter(({ event }) => event === 'request')
  expect(requests).toMatchObject([{ operationId: 'listKeys', status: 200 }])
  expect(requests[0]?.['durationMs']).toBeGreaterThanOrEqual(slowMs)
  expect(slow.headers.get('x-request-id')).toBe(requests[0]?.['requestId'])
  expect(fast.headers.get('x-request-id')).toBeNull()
  await app.close()
})

/** Asks again and again; the test's own time limit is the limit. */
const expectEventually = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await pause(1)
  expect(await isSo()).toBe(true)
}

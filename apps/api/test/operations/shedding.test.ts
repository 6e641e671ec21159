import type { Keys } from '@detrics/keys'
import { describe, expect, test } from '@jest/globals'
import { connect, type Socket } from 'node:net'
import { standardLimits } from '../../src/limits/table.js'
import {
  expectProblem,
  jsonOf,
  keysPath,
  loopback,
  make,
  openApi,
  type Answer,
  type Api,
} from '../harness.js'
import { gated, withRooms } from './gated.js'

const list = ({ ask }: Api): Promise<Answer> => ask('GET', keysPath)
const verify = ({ ask }: Api, key: string): Promise<Answer> =>
  ask('POST', '/v1/verify', { json: { key, action: 'read' } })
const revoke = ({ ask }: Api, keyId: string): Promise<Answer> => ask('POST', `${keysPath}/${keyId}/revoke`)

const expectShed = (answer: Answer): void => {
  expectProblem(answer, 'overloaded')
  expect(answer.headers['retry-after']).toBe('1')
}

const inFlight = async ({ ask }: Api, room: string): Promise<number> => {
  const { text } = await ask('GET', '/metrics')
  return Number(new RegExp(`^detrics_requests_in_flight\\{room="${room}"\\} (\\d+)$`, 'm').exec(text)?.[1])
}

describe('when as many requests are under way as there is room for', () => {
  test('the next is answered 503 with Retry-After, and none of those under way is harmed', async () => {
    const gate = gated(['list'])
    const api = await openApi({ alter: gate.alter, limits: withRooms({ rest: { inFlightMax: 3 } }) })
    const under = [list(api), list(api), list(api)]
    await gate.arrivals(3)
    expect(await inFlight(api, 'rest')).toBe(3)
    for (const path of [keysPath, '/v1/me', '/v1/openapi.json', '/nothing'])
      expectShed(await api.ask('GET', path))
    expectShed(await api.ask('POST', keysPath, { json: { name: 'Not made' } }))
    gate.letGo()
    for (const answer of await Promise.all(under)) expect(jsonOf(answer)).toEqual({ keys: [], next: null })
    expect(await inFlight(api, 'rest')).toBe(0)
    expect(jsonOf(await list(api))).toEqual({ keys: [], next: null })
    await api.close()
  })

  test('who asks how the server is, is answered', async () => {
    const gate = gated(['list'])
    const api = await openApi({ alter: gate.alter, limits: withRooms({ rest: { inFlightMax: 1 } }) })
    const under = list(api)
    await gate.arrivals(1)
    expectShed(await list(api))
    for (const path of ['/health', '/ready', '/metrics'])
      expect((await api.ask('GET', path)).status).toBe(200)
    gate.letGo()
    await under
    await api.close()
  })

  test('keys are still verified and revoked, and revoked when no more are verified', async () => {
    const gate = gated(['list', 'verify'])
    const limits = withRooms({ rest: { inFlightMax: 1 }, verification: { inFlightMax: 2 } })
    const api = await openApi({ alter: gate.alter, limits })
    const { key, secret } = await make(api, 'Laptop')
    const under = [list(api), verify(api, secret), verify(api, secret)]
    await gate.arrivals(3)
    expectShed(await list(api))
    expectShed(await verify(api, secret))
    expect((await revoke(api, key.keyId)).status).toBe(200)
    const many = { json: { keyIds: [key.keyId] } }
    expect((await api.ask('POST', `${keysPath}/revoke`, many)).status).toBe(200)
    gate.letGo()
    const [, ...verdicts] = await Promise.all(under)
    for (const verdict of verdicts) expect(jsonOf(verdict)).toEqual({ active: false, reason: 'revoked' })
    await api.close()
  })

  test('revocations have a limit too', async () => {
    const gate = gated(['revoke'])
    const limits = withRooms({ revocation: { inFlightMax: 1 } })
    const api = await openApi({ alter: gate.alter, limits })
    const { key } = await make(api, 'Laptop')
    const under = revoke(api, key.keyId)
    await gate.arrivals(1)
    expectShed(await revoke(api, key.keyId))
    expect((await list(api)).status).toBe(200)
    gate.letGo()
    expect((await under).status).toBe(200)
    await api.close()
  })
})

describe('a place is given back', () => {
  const one = withRooms({ rest: { inFlightMax: 1 } })

  test('by whatever is answered: a result, a refusal, a path that leads nowhere, a defect', async () => {
    const get = (): never => {
      throw new Error('a defect')
    }
    const api = await openApi({ limits: one, alter: (keys) => ({ ...keys, get }) })
    for (let i = 0; i < 3; i += 1) {
      expect((await list(api)).status).toBe(200)
      expectProblem(await api.ask('POST', keysPath, { payload: '{', headers: json }), 'invalid_json')
      expectProblem(await api.ask('GET', '/nothing'), 'not_found')
      expectProblem(await api.ask('GET', '/v1/%zz'), 'not_found')
      expectProblem(await api.ask('GET', '/v1/me', { headers: { host: 'x.example' } }), 'wrong_host')
      expectProblem(await api.ask('DELETE', keysPath), 'method_not_allowed')
      expectProblem(await api.ask('GET', `${keysPath}/x`), 'internal_error')
    }
    expect(await inFlight(api, 'rest')).toBe(0)
    await api.close()
  })
  const json = { 'content-type': 'application/json' }

  test('by a client that goes away, once its request is carried out', async () => {
    const gate = gated(['list'])
    const api = await openApi({ limits: one, alter: gate.alter })
    const socket = await sending(api, `GET ${keysPath} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n\r\n`)
    await gate.arrivals(1)
    socket.destroy()
    expectShed(await list(api))
    gate.letGo()
    expect((await untilServed(() => list(api))).status).toBe(200)
    expect(await inFlight(api, 'rest')).toBe(0)
    await api.close()
  })

  test('by a client that goes away in the middle of its body', async () => {
    const api = await openApi({ limits: one })
    const socket = await sending(api, bodyToCome(api, '{"name":'))
    socket.destroy()
    expect((await untilServed(() => list(api))).status).toBe(200)
    expect(await inFlight(api, 'rest')).toBe(0)
    await api.close()
  })
})

test('who sends a body slowly holds no place meanwhile', async () => {
  const api = await openApi({ limits: withRooms({ rest: { inFlightMax: 1 } }) })
  const slow = await Promise.all(Array.from({ length: 10 }, () => sending(api, bodyToCome(api, '{"name":'))))
  expect((await untilServed(() => list(api))).status).toBe(200)
  for (const socket of slow) socket.destroy()
  await api.close()
})

describe('requests that wait unread, because each keeps the process busy', () => {
  const busyMs = 30
  const together = 12
  const keepBusy = (keys: Keys): Keys => ({
    ...keys,
    list: (request) => {
      for (const untilMs = performance.now() + busyMs; performance.now() < untilMs;);
      return keys.list(request)
    },
  })

  const burst = async (turnMsMax: number): Promise<ReadonlyArray<number>> => {
    const api = await openApi({ alter: keepBusy, limits: withRooms({ rest: { turnMsMax } }) })
    // Connections first, so that the requests after that are all there when the next turn begins.
    const ask = `GET ${keysPath} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n\r\n`
    const health = `GET /health HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n\r\n`
    const sockets = await Promise.all(Array.from({ length: together }, () => sending(api, health)))
    await Promise.all(sockets.map(statusOn))
    const statuses = sockets.map(statusOn)
    for (const socket of sockets) socket.write(ask)
    const shown = await Promise.all(statuses)
    // Whoever comes after them has not waited.
    expect((await list(api)).status).toBe(200)
    for (const socket of sockets) socket.destroy()
    await api.close()
    return shown
  }

  test('are shed when they have waited for too long', async () => {
    const statuses = await burst(busyMs * 2.5)
    const served = statuses.filter((status) => status === 200).length
    expect(served).toBeGreaterThanOrEqual(1)
    expect(served).toBeLessThanOrEqual(5)
    expect(statuses.filter((status) => status === 503)).toHaveLength(together - served)
  })

  test('control: are all served where nothing says how long is too long', async () => {
    expect(await burst(Number.POSITIVE_INFINITY)).toEqual(Array.from({ length: together }, () => 200))
  })
})

test('a connection more than there may be is closed at once, and one that is closed makes room', async () => {
  const api = await openApi({ limits: { ...standardLimits, connectionsMax: 2 } })
  const [first, second] = [await connected(api), await connected(api)]
  const third = await connected(api)
  expect(await new Promise((resolve) => third.once('close', () => resolve('closed')))).toBe('closed')
  first.destroy()
  second.destroy()
  expect((await untilServed(() => list(api).catch(() => undefined))).status).toBe(200)
  expect((await api.ask('GET', '/metrics')).text).toMatch(/^detrics_connections_dropped_total [1-9]/m)
  await api.close()
})

const bodyToCome = ({ port }: Api, body: string): string =>
  `POST ${keysPath} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n${body}`

const connected = ({ port }: Api): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, loopback, () => resolve(socket))
    socket.on('error', reject)
  })

/** A connection on which these bytes have been written. */
const sending = async (api: Api, bytes: string): Promise<Socket> => {
  const socket = await connected(api)
  await new Promise((resolve) => socket.write(bytes, resolve))
  return socket
}

const statusOn = (socket: Socket): Promise<number> =>
  new Promise((resolve) => socket.once('data', (chunk) => resolve(Number(chunk.toString().slice(9, 12)))))

/** Asks until it is not shed any more; the test's own time limit is the limit. */
const untilServed = async (ask: () => Promise<Answer | undefined>): Promise<Answer> => {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer.status !== 503) return answer
  }
}

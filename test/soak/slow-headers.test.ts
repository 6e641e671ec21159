import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { apiOf } from '../support/api.js'
import {
  apiProgram,
  childEnvironment,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'
import { seed } from '../support/random.js'
import { amount, printFigures } from './figures.js'
import { sendLoad, type Kind, type LoadFigures } from './load.js'

const slowClients = amount({ run: 100, soak: 500 })
/** The time for headers, how often it is looked at, and a second for a busy machine. */
const openMsMax = 10_000 + 2_000 + 1_000
const byteEveryMs = 200
const perSecond = 100
/** All slow clients are there for as long as this. */
const measuredSeconds = 8

const folder = temporaryFolder()
let api: Running
beforeAll(async () => {
  api = await startProgram(apiProgram, childEnvironment(folder.path))
})
afterAll(async () => {
  await api.killed()
  folder.remove()
})

interface Slow {
  /** How long it was let stay. */
  readonly openMs: number
  readonly answer: string
}

/** Sends a header that never ends, byte by byte, until it is thrown out. */
const slowClient = (port: number): Promise<Slow> =>
  new Promise((resolve) => {
    const beganMs = performance.now()
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `)
    })
    const dribble = setInterval(() => socket.write('x'), byteEveryMs)
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(dribble)
      resolve({ openMs: performance.now() - beganMs, answer })
    })
  })

const shown = ({ served }: LoadFigures): string =>
  `${served.count} served, p50 ${served.p50} ms, p99 ${served.p99} ms, max ${served.max} ms`

test(`${slowClients} clients that send headers byte by byte do no harm to others, and are thrown out`, async () => {
  const port = Number(new URL(api.url).port)
  const { secret } = await apiOf(api).create('demo-a', 'Valid traffic')
  const verification: Kind = {
    name: 'verifyKey',
    weight: 1,
    requests: [['POST', '/v1/verify', { key: secret, action: 'work' }]],
    answer: '{"active":true',
  }
  const validTraffic = (seconds: number): Promise<LoadFigures> =>
    sendLoad({ port, perSecond, seconds, connectionsMax: 400, mix: [verification], seed })

  await validTraffic(2) // until the process is warm
  const alone = await validTraffic(measuredSeconds)
  const slow: Promise<Slow>[] = []
  for (let i = 0; i < slowClients; i += 1) {
    slow.push(slowClient(port))
    if (i % 5 === 0) await pause(byteEveryMs / 20)
  }
  const beside = await validTraffic(measuredSeconds)
  const clients = await Promise.all(slow)
  const longestMs = Math.max(...clients.map(({ openMs }) => openMs))
  const ratio = beside.served.p99 / alone.served.p99
  printFigures('slow headers', seed, {
    'slow clients': slowClients,
    'valid traffic alone': shown(alone),
    'valid traffic beside them': shown(beside),
    'p99 beside / p99 alone': ratio.toFixed(2),
    'longest slow connection': `${(longestMs / 1_000).toFixed(1)} s`,
  })

  for (const { offered, served, refused, wrong, unsent } of [alone, beside])
    expect([served.count, refused.count, wrong, unsent]).toEqual([offered, 0, 0, 0])
  expect(beside.offered).toBe(perSecond * measuredSeconds)
  // A busy machine makes both tails long and neither of them exact.
  expect(beside.served.p99).toBeLessThan(Math.max(4 * alone.served.p99, 100))
  for (const { answer } of clients) expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/)
  expect(Math.min(...clients.map(({ openMs }) => openMs))).toBeGreaterThan(9_000)
  expect(longestMs).toBeLessThan(openMsMax)
  expect(await api.stop()).toBe(0)
}, 120_000)

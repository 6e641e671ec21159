import { afterAll, expect, test } from '@jest/globals'
import { createServer, type AddressInfo } from 'node:net'
import { apiOf } from '../support/api.js'
import {
  apiProgram,
  childEnvironment,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'
import { seed, seededRandom } from '../support/random.js'
import { amount, printFigures } from './figures.js'
import { ledger, violations, work, type Ledger } from './stop-workers.js'
import { connection, requestBytes } from './wire.mjs'

const rounds = amount({ run: 5, soak: 50 })
const workers = 30
/** Connections that are kept and not used. */
const idlers = 5
const stopMsMax = 6_000
const minutes = 60_000

const folder = temporaryFolder()
const started: Running[] = []
afterAll(async () => {
  for (const api of started) await api.killed()
  folder.remove()
})

const start = async (): Promise<Running> => {
  const environment = { ...childEnvironment(folder.path), DETRICS_ACTIVE_KEYS_MAX: '100000' }
  const api = await startProgram(apiProgram, environment)
  started.push(api)
  return api
}

interface Round {
  readonly kept: Ledger
  readonly code: number | null
  readonly stopMs: number
}

/** Lets workers loose on a process, ends it in the middle of their work, and tells how that went. */
const oneRound = async (
  api: Running,
  random: () => number,
  end: () => Promise<number | null>,
): Promise<Round> => {
  const port = Number(new URL(api.url).port)
  const kept = ledger()
  const channels = Array.from({ length: workers + idlers }, () => connection(port))
  for (const { ask } of channels) await ask(requestBytes(port, 'GET', '/health'))
  const working = channels.slice(idlers).map((channel, index) => work(channel, { port, index, kept, random }))
  await new Promise((resolve) => setTimeout(resolve, random() * 600))
  const beganMs = performance.now()
  kept.isStopping = true
  const code = await end()
  const stopMs = performance.now() - beganMs
  await Promise.all(working)
  return { kept, code, stopMs }
}

test(
  `a process that is told to stop under load answers what has come, and keeps what it answered, ${rounds} times`,
  async () => {
    const random = seededRandom(seed)
    const all: Round[] = []
    let api = await start()
    for (let n = 0; n < rounds; n += 1) {
      const round = await oneRound(api, random, api.stop)
      all.push(round)
      expect([round.code, round.kept.cut]).toEqual([0, 0])
      expect(round.stopMs).toBeLessThan(stopMsMax)
      api = await start()
      expect(await violations(apiOf(api), round.kept)).toEqual([])
    }
    expect(await api.stop()).toBe(0)
    const sum = (of: (kept: Ledger) => number): number => all.reduce((total, { kept }) => total + of(kept), 0)
    printFigures('stop under load', seed, {
      rounds,
      'keys made': sum(({ created }) => created.size),
      'keys revoked': sum(({ revoked }) => revoked.size),
      'uses accepted': sum(({ uses }) =>
        Array.from(uses.values()).reduce((total, count) => total + count, 0),
      ),
      'answered after the signal': sum(({ answeredWhileStopping }) => answeredWhileStopping),
      'cut off in the middle of a reply': sum(({ cut }) => cut),
      'connection gone before a reply began': sum(({ reset }) => reset),
      'longest stop': `${Math.max(...all.map(({ stopMs }) => stopMs)).toFixed(0)} ms`,
    })
    expect(sum(({ answeredWhileStopping }) => answeredWhileStopping)).toBeGreaterThan(0)
    expect(sum(({ reset }) => reset)).toBe(0)
  },
  5 * minutes,
)

test('control: a process that is killed leaves requests without an answer, and a loss would be found', async () => {
  const api = await start()
  const { kept, code } = await oneRound(api, seededRandom(seed), async () => {
    await api.killed()
    return null
  })
  expect(code).toBeNull()
  expect(kept.reset + kept.cut).toBeGreaterThan(0)
  const after = await start()
  expect(await violations(apiOf(after), kept)).toEqual([])
  const [[keyId, workspace] = ['', '']] = kept.created
  kept.created.set('01932f5e-7c00-7000-8000-000000000000', workspace)
  kept.uses.set(keyId, (kept.uses.get(keyId) ?? 0) + 1_000)
  expect(await violations(apiOf(after), kept)).toHaveLength(2)
  expect(await after.stop()).toBe(0)
}, 30_000)

test('control: a reply that ends in its middle is seen', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  expect(await connection(port).ask(requestBytes(port, 'GET', '/'))).toEqual({ end: 'cut' })
  await new Promise((resolve) => server.close(resolve))
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import {
  apiProgram,
  childEnvironment,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'
import { seed } from '../support/random.js'
import { amount, printFigures } from './figures.js'
import { sendLoad, type LoadFigures } from './load.js'
import { prepare, type MadeKey, type Prepared } from './overload-traffic.js'
import { connection, requestBytes, type Outcome } from './wire.mjs'

const rampSeconds = amount({ run: 1, soak: 4 })
const overloadSeconds = amount({ run: 5, soak: 60 })
/** Below the number that the server takes, so that it is the server that decides what is refused. */
const connectionsMax = 900
const recoveryMsMax = 5_000
/** Whatever else the server has to do. */
const revocationMsMax = 3_000

const folder = temporaryFolder()
let api: Running
let port: number
let prepared: Prepared
beforeAll(async () => {
  api = await startProgram(apiProgram, childEnvironment(folder.path))
  port = Number(new URL(api.url).port)
  prepared = await prepare(api)
})
afterAll(async () => {
  await api.killed()
  folder.remove()
})

const load = (perSecond: number, seconds: number): Promise<LoadFigures> =>
  sendLoad({ port, perSecond, seconds, connectionsMax, mix: prepared.mix, seed })

/** The highest rate, in steps of a half, at which nothing is refused and answers are not late. */
const sustainableRate = async (): Promise<number> => {
  await load(200, 2 * rampSeconds) // until the process is warm
  let sustainable = 0
  for (let perSecond = 200; ; perSecond = Math.round(perSecond * 1.5)) {
    const { refused, unsent, wrong, served } = await load(perSecond, rampSeconds)
    expect(wrong).toBe(0)
    if (refused.count > 0 || unsent > 0 || served.p99 > 500)
      return sustainable === 0 ? perSecond : sustainable
    sustainable = perSecond
  }
}

interface Operator {
  readonly revocations: ReadonlyArray<{ readonly status: number | string; readonly ms: number }>
  readonly acceptedAfterwards: number
  readonly health: Readonly<Record<string, number>>
}

const statusOf = (outcome: Outcome): number | string =>
  outcome.end === 'answered' ? outcome.status : outcome.end

/** While the load is on: revokes keys, looks whether they are refused from then on, and asks how the server is. */
const operate = async (keys: ReadonlyArray<MadeKey>, isOn: () => boolean): Promise<Operator> => {
  const { ask } = connection(port)
  const revocations: { readonly status: number | string; readonly ms: number }[] = []
  const health: Record<string, number> = {}
  let acceptedAfterwards = 0
  for (const { key, workspace, secret } of keys) {
    if (!isOn()) break
    const beganMs = performance.now()
    const path = `/v1/workspaces/${workspace}/keys/${key.keyId}/revoke`
    const status = statusOf(await ask(requestBytes(port, 'POST', path)))
    revocations.push({ status, ms: performance.now() - beganMs })
    const verdict = await ask(requestBytes(port, 'POST', '/v1/verify', { key: secret, action: 'after' }))
    if (verdict.end === 'answered' && verdict.text.startsWith('{"active":true')) acceptedAfterwards += 1
    for (const path of ['/health', '/ready', '/metrics']) {
      const shown = `${path} ${statusOf(await ask(requestBytes(port, 'GET', path)))}`
      health[shown] = (health[shown] ?? 0) + 1
    }
    await pause(50)
  }
  return { revocations, acceptedAfterwards, health }
}

/** Milliseconds until 20 verifications in a row are answered, each within 100 ms. */
const recovery = async (): Promise<number> => {
  const beganMs = performance.now()
  const { ask } = connection(port)
  const [verification] = prepared.mix
  const [[method, path, body] = ['', '']] = verification?.requests ?? []
  for (let inRow = 0, firstMs = 0; ;) {
    const sentMs = performance.now()
    const isFine = statusOf(await ask(requestBytes(port, method, path, body))) === 200
    const tookMs = performance.now() - sentMs
    inRow = isFine && tookMs < 100 ? inRow + 1 : 0
    if (inRow === 1) firstMs = performance.now() - beganMs
    if (inRow === 20) return firstMs
    if (performance.now() - beganMs > 6 * recoveryMsMax) return Number.POSITIVE_INFINITY
  }
}

const memoryMiB = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${api.pid}/status`, 'utf8'))?.[1]) / 1_024)

test('ten times as much as can be done: the rest is refused with Retry-After, nothing is answered wrongly', async () => {
  const rate = await sustainableRate()
  const memoryBefore = memoryMiB()
  let isOn = true
  const operating = operate(prepared.toRevoke, () => isOn)
  const overload = await load(10 * rate, overloadSeconds)
  isOn = false
  const recoveryMs = await recovery()
  const operator = await operating
  const times = operator.revocations.map(({ ms }) => ms).toSorted((a, b) => a - b)
  printFigures('overload', seed, {
    'sustainable rate': `${rate}/s of 80 % verifications, 15 % reads, 5 % renames`,
    offered: `${10 * rate}/s for ${overloadSeconds} s: ${overload.offered}, of which no connection was free for ${overload.unsent}`,
    served: overload.served,
    refused: overload.refused,
    'refused without Retry-After': overload.withoutRetryAfter,
    wrong: [overload.wrong, ...overload.examples],
    'by kind': overload.figures,
    revocations: `${times.length}, median ${times[Math.floor(times.length / 2)]?.toFixed(0)} ms, longest ${times.at(-1)?.toFixed(0)} ms`,
    'health, readiness, metrics': operator.health,
    'recovered after': `${recoveryMs.toFixed(0)} ms`,
    'memory before and after': `${memoryBefore} and ${memoryMiB()} MiB`,
    'log lines': api.output().split('\n').length,
  })

  expect([overload.wrong, overload.withoutRetryAfter]).toEqual([0, 0])
  expect(overload.refused.count).toBeGreaterThan(0)
  expect(operator.revocations.map(({ status }) => status)).toEqual(operator.revocations.map(() => 200))
  expect(operator.revocations.length).toBeGreaterThan(0)
  expect(times.at(-1)).toBeLessThan(revocationMsMax)
  expect(operator.acceptedAfterwards).toBe(0)
  expect(Object.keys(operator.health).toSorted()).toEqual(['/health 200', '/metrics 200', '/ready 200'])
  expect(recoveryMs).toBeLessThan(recoveryMsMax)
}, 300_000)

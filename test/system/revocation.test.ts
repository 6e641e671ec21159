import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openKeys, reveal, type Keys } from '@detrics/keys'
import { apiOf, type Api } from '../support/api.js'
import { connectAgent, eras, transports, type Transport } from '../support/mcp-clients.js'
import {
  apiProgram,
  childEnvironment,
  mcpProgram,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'

const workspace = 'demo-a'
const repetitions = 50
const pausedRepetitions = 20
const startMsMax = 5

const folder = temporaryFolder()
let apiProcess: Running
let mcp: Running
let lagging: Running
let api: Api
/** More keys are made here than a member may make through the API in a minute. */
let keys: Keys

beforeAll(async () => {
  const environment = childEnvironment(folder.path)
  apiProcess = await startProgram(apiProgram, environment)
  mcp = await startProgram(mcpProgram, environment)
  lagging = await startProgram('test/support/lagging-mcp.mjs', environment)
  api = apiOf(apiProcess)
  const opened = await openKeys({ store: `sqlite:${folder.path}/keys.sqlite` })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  keys = opened.right
})
afterAll(async () => {
  await Promise.all([apiProcess.stop(), mcp.stop(), lagging.stop(), keys.close()])
  folder.remove()
})

const create = async (
  workspaceId: string,
  name: string,
): Promise<{ readonly key: { readonly keyId: string }; readonly secret: string }> => {
  const made = await keys.create({ workspaceId, name, actor: { type: 'system', reason: 'test' } })()
  if (made._tag === 'Left' || made.right.secret._tag === 'None') throw new Error('no key was made')
  return { key: made.right.key, secret: reveal(made.right.secret.value) }
}

interface Attempt {
  readonly keyId: string
  /** Milliseconds from the reply to the revocation to the beginning of the next call. */
  readonly startMs: number
  readonly refusal: string | undefined
}

/** One key's life with an agent whose connection is open all along; the MCP process may be stopped over the commit. */
const liveAndDie = async (
  server: Running,
  transport: Transport,
  n: number,
  isPaused: boolean,
): Promise<Attempt> => {
  const { key, secret } = await create(workspace, `${transport} ${n} ${server.pid}`)
  const agent = await connectAgent(transport, server.url, secret, eras[n % eras.length])
  await agent.tools()
  await agent.callTool('whoami')
  await api.rename(workspace, key.keyId, `${transport} ${n} ${server.pid}, renamed`)
  await agent.callTool('list_keys')

  if (isPaused) server.signal('SIGSTOP')
  await api.revoke(workspace, key.keyId)
  const repliedAt = performance.now()
  if (isPaused) server.signal('SIGCONT')
  const begunAt = performance.now()
  const refusal = await agent.callTool('whoami').then(
    () => undefined,
    (error: unknown) => String(error),
  )
  await agent.close()
  return { keyId: key.keyId, startMs: begunAt - repliedAt, refusal }
}

const isUnauthorized = ({ refusal }: Attempt): boolean => refusal?.includes('Unauthorized') ?? false

describe('two processes over one SQLite file', () => {
  test.each(transports)(
    'a key is refused by the call that follows its revocation, over %s on an open connection',
    async (transport) => {
      // A call that this process itself was late to begin proves nothing; another one takes its place.
      const attempts: Attempt[] = []
      const late: Attempt[] = []
      while (attempts.length < repetitions && late.length < repetitions) {
        const isPaused = attempts.length < pausedRepetitions
        const attempt = await liveAndDie(mcp, transport, attempts.length + late.length, isPaused)
        if (attempt.startMs < startMsMax) attempts.push(attempt)
        else late.push(attempt)
      }
      const slowest = Math.max(...attempts.map(({ startMs }) => startMs))
      console.log(
        `${transport}: ${attempts.length} revocations, ${pausedRepetitions} with the server stopped over the commit, ` +
          `next call begun at most ${slowest.toFixed(2)} ms after the reply (${late.length} begun later), ` +
          `${attempts.filter(isUnauthorized).length} Unauthorized`,
      )
      expect([...attempts, ...late].filter((attempt) => !isUnauthorized(attempt))).toEqual([])
      expect(attempts.length).toBe(repetitions)

      for (const n of eras.keys())
        expect(await activityOf(attempts[n]!.keyId)).toEqual([
          'created',
          'used tools/list accepted',
          'used whoami accepted',
          'renamed',
          'used list_keys accepted',
          'revoked',
          'used whoami revoked',
        ])
    },
    120_000,
  )

  test.each(transports)(
    'control: with a lookup that lags 50 ms behind, calls over %s go through after the revocation',
    async (transport) => {
      const attempts: Attempt[] = []
      for (let n = 0; n < 5; n += 1) attempts.push(await lagged(transport, n))
      console.log(
        `${transport}, lagging: ${attempts.filter((a) => !isUnauthorized(a)).length} of 5 went through`,
      )
      expect(attempts.filter((attempt) => !isUnauthorized(attempt)).length).toBeGreaterThan(0)
    },
  )

  test('a key made in one process works in the other at once', async () => {
    const count = 500
    const refusals: string[] = []
    for (let n = 0; n < count; n += 1) {
      const { key, secret } = await create('demo-b', `at once ${n}`)
      const response = await fetch(mcp.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{}}}',
      })
      const text = await response.text()
      if (!response.ok || !text.includes(key.keyId)) refusals.push(`${response.status} ${text}`)
    }
    console.log(`${count} keys made in one process and used in the other, ${refusals.length} refused`)
    expect(refusals).toEqual([])
  }, 120_000)
})

/** The lagging server does not know a new key for 50 ms, so the agent connects once it does. */
const lagged = async (transport: Transport, n: number): Promise<Attempt> => {
  const { key, secret } = await create(workspace, `lagging ${transport} ${n}`)
  const agent = await untilConnected(transport, secret)
  await agent.callTool('whoami')
  await api.revoke(workspace, key.keyId)
  const refusal = await agent.callTool('whoami').then(
    () => undefined,
    (error: unknown) => String(error),
  )
  await agent.close()
  return { keyId: key.keyId, startMs: 0, refusal }
}

const untilConnected = async (transport: Transport, secret: string) => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const agent = await connectAgent(transport, lagging.url, secret).catch(() => undefined)
    if (agent !== undefined) return agent
  }
  throw new Error('the lagging server never accepted the key')
}

/** By which a client gets to know a server; these depend on its era, and some come in parallel with the first calls. */
const handshake = new Set([
  'initialize',
  'notifications/initialized',
  'server/discover',
  'GET /mcp',
  'DELETE /mcp',
])

/** What is on record of a key, in order, but for the handshake, which must be on record too. */
const activityOf = async (keyId: string): Promise<ReadonlyArray<string>> => {
  const lines = await api.activity(workspace, keyId)
  expect(lines.some(({ action }) => action === 'initialize' || action === 'server/discover')).toBe(true)
  return lines
    .filter(({ action }) => action === undefined || !handshake.has(action))
    .map(({ kind, action, outcome }) =>
      [kind, action, outcome].filter((part) => part !== undefined).join(' '),
    )
}

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { reveal, type Keys } from '@detrics/keys'
import { apiOf, type Api } from '../support/api.js'
import { connectAgent, eras, transports, type Transport } from '../support/mcp-clients.js'
import { install, stores, type Installation, type StoreName } from '../support/installations.js'
import { startProgram, type Running } from '../support/processes.js'

const workspace = 'demo-a'
const startMsMax = 5
/** How often it is tried on a store: all of it on the one that is the default. */
const repetitionsOn = (store: StoreName) =>
  store === 'SQLite' ? { all: 50, paused: 20, keys: 500 } : { all: 10, paused: 5, keys: 60 }

let installation: Installation
let api: Api
let lagging: Running
/** More keys are made here than a member may make through the API in a minute. */
let keys: Keys

const installBefore = (store: StoreName): void => {
  beforeAll(async () => {
    installation = await install(store)
    api = apiOf(installation.api)
    keys = installation.keys
  }, 60_000)
  afterAll(() => installation.remove())
}

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

describe.each(stores)('processes over one store, %s,', (store) => {
  installBefore(store)
  const repetitions = repetitionsOn(store)

  test.each(transports)(
    'a key is refused by the call that follows its revocation, over %s on an open connection',
    async (transport) => {
      // A call that this process itself was late to begin proves nothing; another one takes its place.
      const attempts: Attempt[] = []
      const late: Attempt[] = []
      while (attempts.length < repetitions.all && late.length < repetitions.all) {
        const isPaused = attempts.length < repetitions.paused
        const attempt = await liveAndDie(installation.mcp, transport, attempts.length + late.length, isPaused)
        if (attempt.startMs < startMsMax) attempts.push(attempt)
        else late.push(attempt)
      }
      const slowest = Math.max(...attempts.map(({ startMs }) => startMs))
      console.log(
        `${store}, ${transport}: ${attempts.length} revocations, ${repetitions.paused} with the server stopped over the commit, ` +
          `next call begun at most ${slowest.toFixed(2)} ms after the reply (${late.length} begun later), ` +
          `${attempts.filter(isUnauthorized).length} Unauthorized`,
      )
      expect([...attempts, ...late].filter((attempt) => !isUnauthorized(attempt))).toEqual([])
      expect(attempts.length).toBe(repetitions.all)

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

  test('a key made in one process works in the other at once', async () => {
    const count = repetitions.keys
    const refusals: string[] = []
    for (let n = 0; n < count; n += 1) {
      const { key, secret } = await create('demo-b', `at once ${n}`)
      const response = await fetch(installation.mcp.url, {
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
    console.log(
      `${store}: ${count} keys made in one process and used in the other, ${refusals.length} refused`,
    )
    expect(refusals).toEqual([])
  }, 120_000)
})

describe('a server with a lookup that lags behind, as the control,', () => {
  installBefore('SQLite')
  beforeAll(async () => {
    lagging = await startProgram('test/support/lagging-mcp.mjs', installation.environment)
  })
  afterAll(() => lagging.stop())

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

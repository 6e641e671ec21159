import {
  openKeys,
  reveal,
  type Clock,
  type Instant,
  type KeyId,
  type Keys,
  type MemberId,
  type OpenSettings,
} from '@detrics/keys'
import {
  createApi,
  developmentIdentity,
  type ApiParts,
  type Identity,
  type Member,
  type Principal,
} from '@detrics/keys-api'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { problemTable, type ProblemCode } from '@detrics/keys-client/contract'
import { composeKey, defaultKeyPrefixes, randomBytesPerSecret, type EventStore } from '@detrics/keys-domain'
import { afterAll, expect } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import type { IdentityFault } from '../src/identity/principal.js'

export const loopback = '127.0.0.1'
export const second = 1_000
export const day = 24 * 60 * 60 * second
/** Not the name of a key or of anything else: found in a reply, it came out of the request. */
export const marker = 'm4rk3r'

/** A reply, however it came. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface Ask {
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly payload?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** An API over a front door of its own. */
export interface Api {
  readonly app: FastifyInstance
  readonly keys: Keys
  readonly port: number
  /** Everything that was logged. */
  readonly log: () => string
  readonly ask: (method: Method, path: string, ask?: Ask) => Promise<Answer>
  /** Calling it again is harmless. */
  readonly close: () => Promise<void>
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS'

export interface ApiSettings extends Partial<OpenSettings>, Partial<Omit<ApiParts, 'keys' | 'log'>> {
  /** Changes the front door before the API sees it. */
  readonly alter?: (keys: Keys) => Keys
}

/** An open front door, by default over a store in memory. */
export const openFront = async (settings: Partial<OpenSettings> = {}): Promise<Keys> => {
  const opened = await openKeys({ store: 'memory:', ...settings })()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  return opened.right
}

// Also what a failed test did not close: an open server would keep the run from ending.
const stillOpen = new Set<Api>()
afterAll(async () => {
  for (const api of stillOpen) await api.close()
})

export const openApi = async (settings: ApiSettings = {}): Promise<Api> => {
  const { alter = (keys: Keys) => keys, identity = developmentIdentity, ...rest } = settings
  const keys = await openFront(rest)
  const lines: Array<string> = []
  const log = { write: (line: string) => void lines.push(line) }
  const app = createApi({ ...rest, keys: alter(keys), identity, log })
  const port = Number(new URL(await app.listen({ host: loopback, port: 0 })).port)
  const agent = new Agent({ keepAlive: true })
  const api: Api = {
    app,
    keys,
    port,
    log: () => lines.join(''),
    ask: askOf(port, agent),
    close: async () => {
      stillOpen.delete(api)
      agent.destroy()
      await app.close()
      await keys.close()
    },
  }
  stillOpen.add(api)
  return api
}

/** A test with an API of its own. */
export const withApi =
  (work: (api: Api) => Promise<void>, settings?: ApiSettings) => async (): Promise<void> => {
    const api = await openApi(settings)
    try {
      await work(api)
    } finally {
      await api.close()
    }
  }

/** By Node's own client, which sends whatever Host and Origin it is told to. */
const askOf =
  (port: number, agent: Agent): Api['ask'] =>
  (method, path, { json, payload, headers } = {}) =>
    new Promise((resolve, reject) => {
      const body = json === undefined ? payload : JSON.stringify(json)
      const type = json === undefined ? {} : { 'content-type': 'application/json' }
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const sent = { 'user-agent': `tests/${marker}`, ...type, ...length, ...headers }
      const outgoing = request({ agent, host: loopback, port, method, path, headers: sent }, (reply) => {
        const chunks: Array<Buffer> = []
        reply.on('data', (chunk: Buffer) => void chunks.push(chunk))
        reply.on('error', reject)
        reply.on('end', () => {
          const shown = Object.entries(reply.headers).map(([name, value]) => [name, String(value)])
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: reply.statusCode ?? 0, headers: Object.fromEntries(shown), text })
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })

export const jsonOf = <A>(answer: Answer): A => JSON.parse(answer.text) as A

/** Sends bytes as they are and reads what comes back until the server closes the connection. */
export const askRaw = (port: number, request: string | Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const socket = connect(port, loopback, () => socket.write(request))
    socket.on('data', (chunk) => void chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answerOf(Buffer.concat(chunks).toString('utf8'))))
  })

const answerOf = (reply: string): Answer => {
  const [head = '', ...rest] = reply.split('\r\n\r\n')
  const [statusLine = '', ...fields] = head.split('\r\n')
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    text: rest.join('\r\n\r\n'),
  }
}

/** A reply as one text, without the time of day. */
export const whole = ({ status, headers, text }: Answer): string =>
  JSON.stringify([status, Object.entries(headers).filter(([name]) => name !== 'date'), text])

export const holdsTrace = (answer: Answer, trace: string): boolean =>
  whole(answer).toLowerCase().includes(trace.toLowerCase())

export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: ReadonlyArray<{ readonly pointer: string; readonly detail: string }>
}

/** Expects exactly one problem document, with the pointers that are given and no others. */
export const expectProblem = (answer: Answer, code: ProblemCode, pointers?: ReadonlyArray<string>): void => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/)
  const body = jsonOf<ProblemBody>(answer)
  const { errors, ...rest } = body
  expect(rest).toEqual({
    type: `urn:detrics:problem:${code}`,
    title: expect.stringMatching(/\S/),
    status: answer.status,
    code,
    detail: expect.stringMatching(/\S/),
  })
  expect(answer.status).toBe(problemTable[code][0])
  expect(errors?.map(({ pointer }) => pointer)).toEqual(pointers)
  for (const error of errors ?? []) expect(error.detail).toMatch(/\S/)
  expectGuardedReply(answer)
}

/** Expects what every reply says to those between: keep no copy, and guess no type. */
export const expectGuardedReply = ({ headers }: Answer): void => {
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
}

export interface ShownKey {
  readonly keyId: string
  readonly workspaceId: string
  readonly name: string
  readonly mask: string
  readonly status: string
  readonly createdAt: string
  readonly expiresAt?: string
  readonly endsAt?: string
  readonly lastUsedAt?: string
  readonly revocation?: Readonly<Record<string, unknown>>
  readonly revision: string
}

export interface ShownCreation {
  readonly key: ShownKey
  readonly secret: string | null
  readonly secretNotice?: string
  readonly replaced?: ShownKey
}

export interface ShownPage {
  readonly keys: ReadonlyArray<ShownKey>
  readonly next: string | null
}

export interface ShownEntry {
  readonly sequence: number
  readonly kind: string
  readonly keyId: string
  readonly [more: string]: unknown
}

export interface ShownActivity {
  readonly entries: ReadonlyArray<ShownEntry>
  readonly next: string | null
}

export const keysPath = '/v1/workspaces/demo-a/keys'
export const activityPath = '/v1/workspaces/demo-a/activity'

/** Makes a key in the first reply to which its secret is. */
export const make = async (
  { ask }: Pick<Api, 'ask'>,
  name: string,
  more: { readonly workspaceId?: string; readonly expiresAt?: string } = {},
): Promise<{ readonly key: ShownKey; readonly secret: string }> => {
  const { workspaceId = 'demo-a', ...body } = more
  const answer = await ask('POST', `/v1/workspaces/${workspaceId}/keys`, { json: { name, ...body } })
  const { key, secret } = jsonOf<ShownCreation>(answer)
  if (answer.status !== 201 || secret === null) throw new Error(`no key was made: ${answer.text}`)
  return { key, secret }
}

/** A well-formed id that no key has. */
export const unknownKeyId = '01932f5e-7c00-7000-8000-000000000000'

/** A well-formed key string with a secret that nobody was given. */
export const forged = (keyId: string = unknownKeyId): string =>
  reveal(composeKey(defaultKeyPrefixes, keyId as KeyId, randomBytes(randomBytesPerSecret)))

/** Pieces of the secret part: whoever finds one of them has found a leak. */
export const piecesOf = (secret: string): ReadonlyArray<string> => {
  const part = secret.slice(secret.lastIndexOf('_') + 1)
  return Array.from({ length: part.length - 11 }, (_, i) => part.slice(i, i + 12))
}

/** Whoever asks is this one. */
export const identityOf = (principal: Principal | IdentityFault): Identity => ({
  identify: () => Promise.resolve(typeof principal === 'string' ? E.left(principal) : E.right(principal)),
})

/** A member with a role in each of some workspaces. */
export const memberOf = (roles: Readonly<Record<string, Member['workspaces'][number]['role']>>): Member => ({
  type: 'member',
  memberId: 'somebody' as MemberId,
  name: 'Somebody',
  workspaces: Object.entries(roles).map(([workspaceId, role]) => ({
    workspaceId: workspaceId as Member['workspaces'][number]['workspaceId'],
    name: `Workspace ${workspaceId}`,
    role,
  })),
  signedInBy: 'token',
})

export interface MovableClock extends Clock {
  readonly advance: (ms: number) => void
}

/** A wall clock that moves only when it is told to; nobody is made to wait. */
export const movableClock = (start = Date.UTC(2026, 1, 16, 9, 30)): MovableClock => {
  let now = start
  return {
    now: () => now as Instant,
    monotonicMs: () => performance.now(),
    pause: () => () => Promise.resolve(),
    advance: (ms) => {
      now += ms
    },
  }
}

/** A clock on which every deadline is over soon. */
export const hastyClock = (): Clock => {
  let monotonicMs = 0
  return { ...movableClock(), monotonicMs: () => (monotonicMs += second) }
}

/** Stores in memory, of which some methods of the event store are replaced from the moment of `fail` on. */
export const breakableStores = (broken: Partial<EventStore>) => {
  const real = memoryEventStore()
  const events: EventStore = { ...real }
  return {
    store: { events, trail: memoryAuditTrailStore() },
    fail: (): void => void Object.assign(events, broken),
  }
}

import type { Keys } from '@detrics/keys'
import { createApi, type Identity, type Member } from '@detrics/keys-api'
import type { FastifyInstance } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import { byBearer } from '../../src/identity/bearer.js'
import { standardLimits } from '../../src/limits/index.js'
import { memberOf, openFront } from '../harness.js'
import { document, operationsIn, type Document, type Placed } from './document.js'
import { checkBy } from './fuzz-checks.js'
import { credentials, memory, ownWorkspaces } from './fuzz-memory.js'
import { nextRequest, type FuzzRequest } from './fuzz-requests.js'
import { randomOf } from './random.js'
import { connectionTo } from './socket-client.js'

export interface Fuzz {
  readonly seed: number
  readonly count: number
  /** Makes the server another one than it is, so that something is to be found. */
  readonly alter?: (app: FastifyInstance) => void
  readonly alterKeys?: (keys: Keys) => Keys
}

export interface Report {
  /** How many replies there were, by operation and status. */
  readonly replies: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** How many requests were sent, by what was wrong with them. */
  readonly faults: ReadonlyMap<string, number>
  /** What was wrong with replies, with the request of each; the first ones. */
  readonly findings: ReadonlyArray<string>
  readonly log: string
}

/** Connections, with one request at a time on each. */
const connectionsCount = 12
const findingsMax = 20

const roles = (role: 'viewer' | 'manager'): Member =>
  memberOf(Object.fromEntries(ownWorkspaces.map((workspaceId) => [workspaceId, role])))

const identity: Identity = {
  identify: byBearer({
    services: {
      find: (credential) =>
        credential === credentials.service ? { type: 'service', serviceId: 'reports' } : undefined,
    },
    token: (token) => {
      if (token === credentials.manager || token === credentials.viewer)
        return Promise.resolve(E.right(roles(token)))
      return Promise.resolve(E.left(token === credentials.expired ? 'token_expired' : 'token_invalid'))
    },
    nothing: () => Promise.resolve(E.left('unauthenticated')),
  }),
}

/** Nobody is slowed down: the limits have tests of their own, and here they would hide what is behind them. */
const without = { countMax: Number.POSITIVE_INFINITY, windowMs: 1, subjectsMax: 1 }
const room = { inFlightMax: 1_000, turnMsMax: Number.POSITIVE_INFINITY }
const limits = {
  ...standardLimits,
  failures: without,
  mintings: without,
  rooms: { revocation: room, verification: room, rest: room },
}

/** Sends so many requests to a server of its own over its sockets, and looks at every reply. */
export const fuzz = async ({
  seed,
  count,
  alter = () => undefined,
  alterKeys = (keys) => keys,
}: Fuzz): Promise<Report> => {
  // Few enough that the limit is met, and that its problem is seen.
  const keys = await openFront({ activeKeysMax: 300 })
  const lines: Array<string> = []
  const log = { write: (line: string) => void lines.push(line) }
  const app = createApi({ keys: alterKeys(keys), identity, limits, log })
  alter(app)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  try {
    return {
      ...(await sendAll({ port: Number(port), seed, count, document })),
      log: lines.slice(0, 20).join(''),
    }
  } finally {
    await app.close()
    await keys.close()
  }
}

const sendAll = async (to: {
  readonly port: number
  readonly seed: number
  readonly count: number
  readonly document: Document
}): Promise<Omit<Report, 'log'>> => {
  const { port, seed, count } = to
  const operations = operationsIn(to.document)
  const remembered = memory()
  // What takes an argument is asked for more often than what takes none.
  const weighted = operations.flatMap((operation) =>
    operation.requestBody !== undefined || operation.path.includes('{')
      ? Array(6).fill(operation)
      : [operation],
  ) as ReadonlyArray<Placed>
  const host = `127.0.0.1:${port}`
  const fuzzing = { document: to.document, operations: weighted, memory: remembered, host }
  const check = checkBy(to.document, operations)
  const replies = new Map<string, Map<number, number>>()
  const faults = new Map<string, number>()
  const findings: Array<string> = []
  let sent = 0

  const sendMany = async (): Promise<void> => {
    const connection = connectionTo(port)
    while (sent < count && findings.length < findingsMax) {
      const n = sent++
      const request = nextRequest(fuzzing, randomOf(seed, n))
      const told = (what: string): void => void findings.push(`request ${n}: ${what}\n  ${shown(request)}`)
      increase(faults, `${request.kind}: ${request.fault}`)
      try {
        const reply = await connection.send(request)
        const name = request.isAnywhere ? '(anywhere)' : request.operationId
        const statuses = replies.get(name) ?? new Map<number, number>()
        replies.set(name, statuses)
        increase(statuses, reply.status)
        const wrong = check(request, reply)
        for (const what of wrong) told(`${what}\n  ${reply.status} ${reply.text.slice(0, 400)}`)
        if (wrong.length === 0) remembered.learn(request, reply)
      } catch (error) {
        told(String(error))
      }
    }
    connection.close()
  }

  await Promise.all(Array.from({ length: connectionsCount }, sendMany))
  return { replies, faults, findings }
}

const increase = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

const shown = ({ kind, fault, operationId, method, target, headers, body }: FuzzRequest): string =>
  JSON.stringify({
    kind,
    fault,
    operationId,
    method,
    target,
    headers,
    body: body?.toString().slice(0, 300),
  }).slice(0, 1_500)

/** A table of the replies, a line for each operation. */
export const tableOf = ({ replies }: Report): string =>
  Array.from(replies)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, statuses]) => {
      const counts = Array.from(statuses).toSorted(([a], [b]) => a - b)
      return `${name.padEnd(16)} ${counts.map(([status, count]) => `${status}: ${count}`).join('  ')}`
    })
    .join('\n')

import type { Api, Line, ShownKey } from '../support/api.js'
import { requestBytes, type Connection, type Outcome } from './wire.mjs'

/** What was acknowledged, kept outside of the process that is stopped. */
export interface Ledger {
  /** The workspace of each key. */
  readonly created: Map<string, string>
  readonly revoked: Set<string>
  /** How often each key was accepted. */
  readonly uses: Map<string, number>
  answered: number
  isStopping: boolean
  answeredWhileStopping: number
  /** Requests that had no reply: the connection ended before it began, or in its middle. */
  reset: number
  cut: number
}

export const ledger = (): Ledger => ({
  created: new Map(),
  revoked: new Set(),
  uses: new Map(),
  answered: 0,
  isStopping: false,
  answeredWhileStopping: 0,
  reset: 0,
  cut: 0,
})

export interface Task {
  readonly port: number
  readonly index: number
  readonly kept: Ledger
  readonly random: () => number
}

interface Worker {
  readonly name: string
  readonly workspace: string
  readonly kept: Ledger
  readonly random: () => number
  /** Undefined when there is nobody to connect to. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Outcome | undefined>
}

interface OwnKey {
  readonly keyId: string
  readonly secret: string
}

/** A workspace takes 30 new keys a minute, which 15 workers share. */
const keysPerWorker = 2

/** Makes, uses, renames and revokes keys on one kept connection, as fast as it is answered, until nobody answers. */
export const work = async (channel: Connection, { port, index, kept, random }: Task): Promise<void> => {
  const worker: Worker = {
    name: `${port}.${index}`,
    workspace: index % 2 === 0 ? 'demo-a' : 'demo-b',
    kept,
    random,
    ask: async (method, path, body) => {
      const outcome = await channel.ask(requestBytes(port, method, path, body))
      if (outcome.end === 'refused') return undefined
      if (outcome.end !== 'answered') kept[outcome.end] += 1
      else kept[kept.isStopping ? 'answeredWhileStopping' : 'answered'] += 1
      return outcome
    },
  }
  const own: OwnKey[] = []
  while (await act(worker, own));
}

/** One request; false when nobody answers. */
const act = async (worker: Worker, own: OwnKey[]): Promise<boolean> => {
  const dice = worker.random()
  const key = own[Math.floor(worker.random() * own.length)]
  if (key === undefined || (dice < 0.1 && own.length < keysPerWorker)) return create(worker, own)
  if (dice < 0.2) return revoke(worker, key)
  return dice < 0.4 ? rename(worker, key) : use(worker, key)
}

const keysPath = ({ workspace }: Worker): string => `/v1/workspaces/${workspace}/keys`

const bodyOf = <A>(outcome: Outcome, status: number): A | undefined => {
  // What is shed on a busy machine is an answer, and nothing to remember.
  if (outcome.end !== 'answered' || outcome.text.includes('"overloaded"')) return undefined
  if (outcome.status !== status) throw new Error(`${outcome.status} ${outcome.text}`)
  return JSON.parse(outcome.text) as A
}

const create = async (worker: Worker, own: OwnKey[]): Promise<boolean> => {
  const name = `${worker.name}.${own.length}`
  const outcome = await worker.ask('POST', keysPath(worker), { name })
  if (outcome === undefined) return false
  const made = bodyOf<{ readonly key: { readonly keyId: string }; readonly secret: string }>(outcome, 201)
  if (made !== undefined) {
    own.push({ keyId: made.key.keyId, secret: made.secret })
    worker.kept.created.set(made.key.keyId, worker.workspace)
  }
  return true
}

const revoke = async (worker: Worker, { keyId }: OwnKey): Promise<boolean> => {
  const outcome = await worker.ask('POST', `${keysPath(worker)}/${keyId}/revoke`)
  if (outcome === undefined) return false
  if (bodyOf(outcome, 200) !== undefined) worker.kept.revoked.add(keyId)
  return true
}

const rename = async (worker: Worker, { keyId }: OwnKey): Promise<boolean> => {
  const name = `${worker.name} ${worker.random()}`
  const outcome = await worker.ask('PATCH', `${keysPath(worker)}/${keyId}`, { name })
  if (outcome === undefined) return false
  // A key that has ended keeps its name.
  if (outcome.end === 'answered' && outcome.status !== 409) bodyOf(outcome, 200)
  return true
}

const use = async (worker: Worker, { keyId, secret }: OwnKey): Promise<boolean> => {
  const { kept } = worker
  const wasRevoked = kept.revoked.has(keyId)
  const outcome = await worker.ask('POST', '/v1/verify', { key: secret, action: 'work' })
  if (outcome === undefined) return false
  const verdict = bodyOf<{ readonly active: boolean }>(outcome, 200)
  if (verdict?.active === true) {
    if (wasRevoked) throw new Error('a revoked key was accepted')
    kept.uses.set(keyId, (kept.uses.get(keyId) ?? 0) + 1)
  }
  return true
}

/** What the ledger says and the API does not. */
export const violations = async (api: Api, kept: Ledger): Promise<ReadonlyArray<string>> => {
  const statuses = new Map<string, string>()
  for (const workspace of new Set(kept.created.values())) {
    // The newest first: those of one round are all on the first page.
    const page = await api.call('GET', `/workspaces/${workspace}/keys?limit=200`)
    for (const { keyId, status } of (page as { readonly keys: ReadonlyArray<ShownKey> }).keys)
      statuses.set(keyId, status)
  }
  const found: string[] = []
  for (const [keyId, workspace] of kept.created) {
    const status = statuses.get(keyId)
    if (status === undefined) found.push(`${keyId} is not there`)
    else if (kept.revoked.has(keyId) && status !== 'revoked') found.push(`${keyId} is ${status}`)
    const acknowledged = kept.uses.get(keyId) ?? 0
    const recorded = acknowledged === 0 ? 0 : usesIn(await api.activity(workspace, keyId))
    if (recorded < acknowledged) found.push(`${keyId}: ${recorded} uses of ${acknowledged}`)
  }
  return found
}

const usesIn = (lines: ReadonlyArray<Line>): number =>
  lines
    .filter(({ kind, outcome }) => kind === 'used' && outcome === 'accepted')
    .reduce((sum, { count = 0 }) => sum + count, 0)

import type { FuzzRequest } from './fuzz-requests.js'
import type { Random } from './random.js'
import { someText, trace, uuid, type Hints } from './schema-values.js'
import type { RawReply } from './socket-client.js'

/** What requests are made from besides the description: what earlier replies have told. */
export interface Memory {
  readonly workspaceId: (random: Random) => string
  readonly credential: (access: string, random: Random) => string
  /** For a request that is about this workspace. */
  readonly hintsFor: (workspaceId: string) => Hints
  /** An earlier request; undefined where there is none. */
  readonly request: (random: Random) => FuzzRequest | undefined
  readonly learn: (request: FuzzRequest, reply: RawReply) => void
}

/** Who asks, by the credential that is sent. */
export const credentials = {
  manager: 'manager',
  viewer: 'viewer',
  service: 'service',
  expired: 'expired',
} as const

export const ownWorkspaces = ['demo-a', 'demo-b', 'demo-d', 'demo-e'] as const
const otherWorkspaces = ['demo-c', 'demo-x', `${trace}`]

const rememberedMax = 400

/** Keeps the newest. */
const store = <A>() => {
  const kept: Array<A> = []
  return {
    add: (value: A): void => {
      kept.push(value)
      if (kept.length > rememberedMax) kept.shift()
    },
    pick: (random: Random): A | undefined => (kept.length === 0 ? undefined : random.pick(kept)),
  }
}

interface SeenKey {
  readonly keyId: string
  readonly revision: string
}

interface SeenBody {
  readonly key?: SeenKey
  readonly keys?: ReadonlyArray<SeenKey>
  readonly secret?: string | null
  readonly next?: string | null
}

export const memory = (): Memory => {
  const requests = store<FuzzRequest>()
  const secrets = store<string>()
  const cursors = store<string>()
  const idempotencyKeys = store<string>()
  const keys = new Map<string, ReturnType<typeof store<SeenKey>>>()
  const keysOf = (workspaceId: string): ReturnType<typeof store<SeenKey>> => {
    const known = keys.get(workspaceId) ?? store<SeenKey>()
    keys.set(workspaceId, known)
    return known
  }

  const keyIdIn = (workspaceId: string, random: Random): string =>
    (random.chance(0.95) ? keysOf(workspaceId).pick(random)?.keyId : undefined) ?? uuid(random)

  return {
    workspaceId: (random) => random.pick(random.chance(0.94) ? ownWorkspaces : otherWorkspaces),
    credential: (access, random) => {
      if (random.chance(0.88)) return access === 'service' ? credentials.service : credentials.manager
      return random.pick(Object.values(credentials))
    },
    hintsFor: (workspaceId) => ({
      workspaceId: () => workspaceId,
      keyId: (random) => keyIdIn(workspaceId, random),
      'keyIds[]': (random) => keyIdIn(workspaceId, random),
      key: (random) => (random.chance(0.8) ? secrets.pick(random) : undefined),
      cursor: (random) => cursors.pick(random),
      search: (random) => (random.chance(0.5) ? random.pick([trace, 'a', '019']) : undefined),
      name: (random) => `${trace} ${random.int(0, 5_000)} ${someText(random, 1, 30)}`.replace(/\s+/g, ' '),
      'If-Match': (random) =>
        random.chance(0.1) ? '*' : `"${keysOf(workspaceId).pick(random)?.revision ?? random.int(0, 99)}"`,
      'Idempotency-Key': (random) => (random.chance(0.2) ? idempotencyKeys.pick(random) : undefined),
    }),
    request: (random) => requests.pick(random),
    learn: (request, { status, text }) => {
      requests.add(request)
      for (const [name, value] of request.headers) if (name === 'Idempotency-Key') idempotencyKeys.add(value)
      const workspaceId = /^\/v1\/workspaces\/([\w-]+)\//.exec(request.target)?.[1]
      if (status >= 300 || workspaceId === undefined) return
      const { key, keys: listed = [], secret, next } = JSON.parse(text) as SeenBody
      for (const seen of key === undefined ? listed.slice(0, 5) : [key]) keysOf(workspaceId).add(seen)
      if (typeof secret === 'string') secrets.add(secret)
      if (typeof next === 'string') cursors.add(next)
    },
  }
}

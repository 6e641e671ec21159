import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { composeKey, defaultKeyPrefixes, randomBytesPerSecret, type EventStore } from '@detrics/keys-domain'
import {
  openKeys,
  reveal,
  type ActivityRequest,
  type Clock,
  type CreateRequest,
  type Instant,
  type KeyId,
  type KeyView,
  type Keys,
  type NumberedTrailEntry,
  type OpenSettings,
  type Stores,
} from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { afterAll } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servers } from '../../../test/support/servers.js'
import { systemClock } from '../src/ports/index.js'

export const member = { type: 'member', memberId: 'ada' as never } as const
export const use = { action: 'whoami' }
export const day = 24 * 60 * 60 * 1_000

export const right = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`expected to succeed: ${JSON.stringify(result.left)}`)
  return result.right
}

export const left = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await task()
  if (E.isRight(result)) throw new Error('expected to be refused')
  return result.left
}

export interface MovableClock extends Clock {
  readonly advance: (ms: number) => void
}

/** A wall clock that moves only when it is told to. Durations are the machine's. */
export const movableClock = (start = Date.UTC(2026, 1, 16, 9, 30)): MovableClock => {
  let now = start
  return {
    ...systemClock,
    now: () => now as Instant,
    advance: (ms) => {
      now += ms
    },
  }
}

/** Stores that outlive every front door on them, as a log outlives the processes that use it. */
export interface World {
  readonly clock: MovableClock
  /** Opens a front door, as another process would. */
  readonly open: (settings?: Partial<OpenSettings>) => Promise<Keys>
}

const asksMax = 5

/**
 * A verification waits 250 ms for a server; where all tests run at once on few cores that is too little now and then.
 * "Unavailable" is no answer about the key: whoever is told so asks again.
 */
const askingAgain = (door: Keys): Keys => ({
  ...door,
  verify: (presented, context) => async () => {
    for (let ask = 1; ; ask += 1) {
      const verdict = await door.verify(presented, context)()
      if (verdict._tag !== 'Unavailable' || ask === asksMax) return verdict
    }
  },
})

export type WithWorld = (work: (world: World) => Promise<void>) => () => Promise<void>

const worldOn = async (
  store: OpenSettings['store'],
  work: (world: World) => Promise<void>,
): Promise<void> => {
  const doors: Array<Keys> = []
  const clock = movableClock()
  const open: World['open'] = async (settings) => {
    const door = await right(openKeys({ store, clock, ...settings }))
    doors.push(door)
    return typeof store === 'string' && store.includes('://') ? askingAgain(door) : door
  }
  try {
    await work({ clock, open })
  } finally {
    for (const door of doors) await door.close()
  }
}

/** A folder of its own for a piece of work, removed afterwards. */
export const inFolder = async <A>(work: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), 'detrics-keys-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const memoryStores = (): Stores => ({ events: memoryEventStore(), trail: memoryAuditTrailStore() })

const neverClosed = ({ events, trail }: Stores): Stores => ({
  events: { ...events, close: () => Promise.resolve() },
  trail: { ...trail, close: () => Promise.resolve() },
})

export const inMemory: WithWorld = (work) => () => worldOn(neverClosed(memoryStores()), work)

export const inSqlite: WithWorld = (work) => () =>
  inFolder((folder) => worldOn(`sqlite:${join(folder, 'keys.sqlite')}`, work))

const { postgres, eventStoreDb, stop } = servers()
afterAll(stop)

/** Every store. The whole application is to work on each of them in the same way, by nothing but another setting. */
export const worlds: ReadonlyArray<readonly [string, WithWorld]> = [
  ['memory', inMemory],
  ['SQLite', inSqlite],
  ['PostgreSQL', (work) => async () => worldOn(await postgres(), work)],
  ['EventStoreDB', (work) => async () => worldOn(await eventStoreDb(), work)],
]

/** What most tests want of a creation. */
export interface Made {
  readonly key: KeyView
  readonly keyId: KeyId
  readonly secret: string
}

export const make = async (keys: Keys, request: Partial<CreateRequest> = {}): Promise<Made> => {
  const made = await right(
    keys.create({ workspaceId: 'acme', actor: member, name: 'Work laptop', ...request }),
  )
  if (O.isNone(made.secret)) throw new Error('a first creation has a secret')
  return { key: made.key, keyId: made.key.keyId, secret: reveal(made.secret.value) }
}

/** A well-formed key string for an id, with a secret part that nobody was given. */
export const forged = (keyId: KeyId): string =>
  reveal(composeKey(defaultKeyPrefixes, keyId, randomBytes(randomBytesPerSecret)))

/** All lines of a workspace's trail, oldest first, read page by page. */
export const trailOf = async (
  keys: Keys,
  request: Omit<ActivityRequest, 'before'>,
): Promise<ReadonlyArray<NumberedTrailEntry>> => {
  const lines: Array<NumberedTrailEntry> = []
  let before: number | undefined
  do {
    const page = await right(keys.activity({ ...request, ...(before === undefined ? {} : { before }) }))
    lines.push(...page.entries)
    before = O.toUndefined(page.next)
  } while (before !== undefined)
  return lines.reverse()
}

/** A line in the few words that a person would say of it. */
export const told = (line: NumberedTrailEntry): string =>
  line.kind === 'used' ? `${line.outcome} ${line.action} ×${line.count}` : line.kind

/** An event store with some of its methods replaced; the replacement gets the real one to pass calls on to. */
export const altered = (stores: Stores, alter: (events: EventStore) => Partial<EventStore>): Stores => ({
  ...stores,
  events: { ...stores.events, ...alter(stores.events) },
})

/** A promise that is resolved from outside: what a test holds up, and lets go. */
export const gate = (): { readonly passed: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

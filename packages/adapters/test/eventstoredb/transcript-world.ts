import { randomUUID } from 'node:crypto'
import { binaryEvent, isCommandError, jsonEvent } from '@eventstore/db-client'
import type {
  AppendResult,
  EventData,
  EventStoreDBClient,
  Position,
  ResolvedEvent,
  StreamingRead,
} from '@eventstore/db-client'

/** What the steps of a transcript share: one client, and names that no other run uses. */
export interface World {
  readonly client: EventStoreDBClient
  /** Whether the server says `caughtUp`, so that it can be waited for. */
  readonly saysCaughtUp: boolean
  readonly prefix: string
  readonly nameOf: (stream: string) => string
  /** The same id for the same name, within one run. */
  readonly idOf: (name: string) => string
  /** Positions that later steps begin at. */
  readonly places: Map<string, Position>
}

export const worldOn = (client: EventStoreDBClient, saysCaughtUp: boolean): World => {
  // Letters only: figures in messages are replaced.
  const prefix = `t${randomUUID().replace(/[^a-f]/g, '')}`
  const ids = new Map<string, string>()
  return {
    client,
    saysCaughtUp,
    prefix,
    nameOf: (stream) => `${prefix}-${stream}`,
    idOf: (name) => {
      const id = ids.get(name) ?? randomUUID()
      ids.set(name, id)
      return id
    },
    places: new Map(),
  }
}

export const event = (type: string, id: string = randomUUID()): EventData =>
  jsonEvent({ id, type, data: { of: type } })

export const bytes = (type: string, data: Uint8Array): EventData => binaryEvent({ type, data })

/** What is waited for at most; a step that never ends fails its test. */
const stepMsMax = 8_000

export const inTime = async <A>(promise: Promise<A>, what: string): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end`)), stepMsMax)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export const big = (value: bigint | undefined): string | undefined =>
  value === undefined ? undefined : `${value}n`

/** What became of a call: positions are `pos`, since they differ from run to run. */
export const told = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call
  } catch (error) {
    return failureOf(error)
  }
}

const failureOf = (error: unknown): unknown => {
  if (!(error instanceof Error) || !isCommandError(error)) throw error
  const of = (name: string): unknown => Reflect.get(error, name)
  return {
    err: error.constructor.name,
    type: error.type,
    code: of('code'),
    message: error.message.replace(/\d{4,}/g, '#'),
    expected: versionOf(of('expectedVersion')),
    actual: versionOf(of('actualVersion')),
    stream: of('streamName'),
    max: of('maxAppendSize'),
  }
}

const versionOf = (version: unknown): unknown => (typeof version === 'bigint' ? big(version) : version)

export const appended = async (call: Promise<AppendResult>): Promise<unknown> =>
  told(
    call.then(({ success, nextExpectedRevision, position }) => ({
      ok: success,
      next: big(nextExpectedRevision),
      pos: position === undefined ? undefined : 'pos',
    })),
  )

export const all = async <E>(read: StreamingRead<E>): Promise<ReadonlyArray<E>> => {
  const events: E[] = []
  for await (const resolved of read) events.push(resolved)
  return events
}

export const revisions = async (read: StreamingRead<ResolvedEvent>): Promise<unknown> =>
  told(all(read).then((events) => events.map(({ event: read }) => big(read?.revision))))

export interface Followed {
  /** Resolves when so many events have come; where the server says so, it has also caught up by then. */
  readonly until: (events: number) => Promise<void>
  readonly confirmed: () => Promise<void>
  /** Unsubscribes and tells all that was seen, in its order. */
  readonly end: () => Promise<ReadonlyArray<string>>
  /** Tells all that was seen up to the error. */
  readonly failed: () => Promise<ReadonlyArray<string>>
}

/** What both kinds of subscriptions have in common. */
interface AnySubscription {
  on(event: 'confirmation' | 'caughtUp' | 'end' | 'close', listener: () => void): unknown
  on(event: 'data', listener: (resolved: { readonly event?: { readonly type: string } }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  unsubscribe(): Promise<void>
  destroy(): unknown
}

/** Notes what a subscription says. */
export const followed = ({ saysCaughtUp }: World, subscription: AnySubscription): Followed => {
  const seen: string[] = []
  let changed = (): void => undefined
  const note = (what: string): void => {
    seen.push(what)
    changed()
  }
  subscription.on('confirmation', () => note('confirmation'))
  subscription.on('caughtUp', () => note('caughtUp'))
  subscription.on('data', ({ event: read }) => note(read?.type ?? 'none'))
  subscription.on('end', () => note('end'))
  subscription.on('close', () => note('close'))
  subscription.on('error', (error) =>
    note(`error ${error.constructor.name} ${isCommandError(error) ? error.type : ''}`),
  )

  const wait = (what: string, holds: () => boolean): Promise<void> =>
    inTime(
      new Promise((resolve) => {
        changed = () => {
          if (holds()) resolve()
        }
        changed()
      }),
      what,
    )
  const words = new Set(['confirmation', 'caughtUp', 'end', 'close'])
  const eventCount = (): number => seen.filter((what) => !words.has(what) && !what.startsWith('error')).length
  return {
    confirmed: () =>
      wait('the confirmation', () => seen.includes(saysCaughtUp ? 'caughtUp' : 'confirmation')),
    until: (events) =>
      wait(`event ${events}`, () => eventCount() >= events && (!saysCaughtUp || seen.includes('caughtUp'))),
    end: async () => {
      await subscription.unsubscribe()
      await wait('the end', () => seen.includes('close'))
      return seen
    },
    failed: async () => {
      await wait('the error', () => seen.some((what) => what.startsWith('error')))
      subscription.destroy()
      return [...seen]
    },
  }
}

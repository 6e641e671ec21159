import * as E from 'fp-ts/lib/Either.js'
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'
import type {
  AllStreamRecordedEvent,
  AppendResult,
  BaseOptions,
  EventData,
  JSONType,
  RecordedEvent,
} from '@eventstore/db-client'
import { collect } from './collect.js'
import { countdown, within } from './deadline.js'
import { faultOf, unclear } from './faults.js'
import type { Fault } from './faults.js'

/** An event as the server has it. */
export interface ServerEvent {
  readonly stream: string
  readonly revision: bigint
  /** The commit position; undefined where the server does not tell it. */
  readonly place: bigint | undefined
  readonly id: string
  readonly type: string
  /** The value of a JSON event, the bytes of any other. */
  readonly data: unknown
  readonly isJson: boolean
  /** The value of metadata that is JSON; bytes, or undefined. */
  readonly metadata: unknown
  readonly createdMs: number
}

/** An event on its way into the server. */
export interface OutgoingEvent {
  readonly id: string
  readonly type: string
  /** The value of a JSON event, or the bytes of any other. */
  readonly content: { readonly json: unknown } | { readonly bytes: Uint8Array }
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface Stored {
  /** The commit position of the last event. */
  readonly place: bigint | undefined
}

export interface StreamRead {
  readonly stream: string
  readonly direction: 'forwards' | 'backwards'
  readonly from: 'start' | 'end' | bigint
  readonly count: number
}

export interface LogRead {
  /** Inclusive forwards. */
  readonly from: 'start' | 'end' | bigint
  readonly direction: 'forwards' | 'backwards'
  readonly count: number
}

export interface Listener {
  /** The subscription stands, or has brought an event. */
  readonly heard: () => void
  /** It has ended by itself, for whatever reason; nothing more is heard. Called once at most. */
  readonly dropped: () => void
}

type Result<A> = Promise<E.Either<Fault, A>>

/** What this adapter does with a server: everything has a deadline in milliseconds, and nothing throws. */
export interface Client {
  readonly append: (
    stream: string,
    expected: 'no_stream' | bigint,
    events: ReadonlyArray<OutgoingEvent>,
    ms: number,
  ) => Result<Stored>
  readonly readStream: (read: StreamRead, ms: number) => Result<ReadonlyArray<ServerEvent>>
  /** Reads everything of everybody; a filter exists for subscriptions only. */
  readonly readAll: (read: LogRead, ms: number) => Result<ReadonlyArray<ServerEvent>>
  /** Listens for new events in streams whose names begin so, until the function that it returns is called. */
  readonly listen: (namePrefix: string, listener: Listener) => () => void
  readonly dispose: () => Promise<void>
}

type Driver = Pick<
  EventStoreDBClient,
  'appendToStream' | 'readStream' | 'readAll' | 'subscribeToAll' | 'dispose'
>

/** Appends and reads go to the leader: every other node may show an older log. */
const leaderOnly: BaseOptions = { requiresLeader: true }

const disposeMsMax = 2_000

/** Makes a client; it connects with the first call. Throws what the client throws about its connection string. */
export const connect = (url: string): Client =>
  clientOn(withoutBatches(EventStoreDBClient.connectionString(url)))

/**
 * Keeps the client from sending appends in batches. Those have no deadline, they stand in one table for all clients of
 * the process, so that a broken connection of one fails appends of another, and they hang for ever when the server
 * ends their stream. The client asks this method which way to go; so it also asks the server for no features, the
 * failure of which it would keep for good. An internal of the exact version that is pinned; a test watches the calls.
 */
const withoutBatches = (driver: EventStoreDBClient): Driver => {
  Reflect.set(driver, 'supports', () => Promise.resolve(false))
  return driver
}

const clientOn = (driver: Driver): Client => ({
  append: (stream, expectedRevision, events, ms) => {
    const left = countdown(ms)
    const attempt = (): Result<Stored> => {
      const options = { ...leaderOnly, expectedRevision, deadline: left() }
      return settled(driver.appendToStream(stream, events.map(eventData), options))
    }
    // The client's own deadline does not count while it looks for a node.
    return within(onceMore(attempt, isNotLeader), ms, E.left(unclear('no answer in time')))
  },
  readStream: ({ stream, direction, from, count }, ms) => {
    const left = countdown(ms)
    const options = { ...leaderOnly, direction, fromRevision: from, maxCount: count }
    const attempt = () => collect<Resolved>(driver.readStream(stream, options), left())
    return onceMore(attempt, isTransient).then(E.map(serverEvents))
  },
  readAll: ({ direction, from, count }, ms) => {
    const left = countdown(ms)
    const fromPosition = typeof from === 'bigint' ? { commit: from, prepare: from } : from
    const options = { ...leaderOnly, direction, fromPosition, maxCount: count }
    const attempt = () => collect<Resolved>(driver.readAll(options), left())
    return onceMore(attempt, isTransient).then(E.map(serverEvents))
  },
  listen: (namePrefix, listener) => listenOn(driver, namePrefix, listener),
  dispose: () => within(driver.dispose(), disposeMsMax, undefined),
})

const eventData = ({ id, type, content, metadata }: OutgoingEvent): EventData =>
  'bytes' in content
    ? { id, type, contentType: 'application/octet-stream', data: content.bytes, metadata }
    : // Its type leaves out that JSON may also be a number, a truth value or null.
      { id, type, contentType: 'application/json', data: content.json as JSONType, metadata }

const settled = async (append: Promise<AppendResult>): Result<Stored> => {
  try {
    const { position } = await append
    return E.right({ place: position?.commit })
  } catch (error) {
    return E.left(faultOf(error))
  }
}

const isNotLeader = (fault: Fault): boolean => fault._tag === 'NotLeader'
/** A read may be made again after anything that a new connection, or another node, can heal. */
const isTransient = (fault: Fault): boolean => isNotLeader(fault) || fault._tag === 'Unclear'

const attemptsMax = 2

/** The client turns to another node, or connects anew, after a call has failed; but it does not repeat that call. */
const onceMore = async <A>(attempt: () => Result<A>, isWorthIt: (fault: Fault) => boolean): Result<A> => {
  for (let count = 1; ; count++) {
    const result = await attempt()
    if (E.isRight(result) || count === attemptsMax || !isWorthIt(result.left)) return result
    // It takes note of the failure a little after it has told it.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What a read brings. Links are not resolved, so `event` is what stands there itself. */
interface Resolved {
  readonly event?: RecordedEvent | AllStreamRecordedEvent
  readonly commitPosition?: bigint
}

const serverEvents = (resolved: ReadonlyArray<Resolved>): ReadonlyArray<ServerEvent> =>
  resolved.flatMap(({ event }) => (event === undefined ? [] : [serverEvent(event)]))

const serverEvent = (event: RecordedEvent | AllStreamRecordedEvent): ServerEvent => ({
  stream: event.streamId,
  revision: event.revision,
  // Servers before 22.6 tell no position in reads of a stream, which arrives as 0; there the log's own record stands.
  place: event.position?.commit === 0n ? undefined : event.position?.commit,
  id: event.id,
  type: event.type,
  data: event.data,
  isJson: event.isJson,
  metadata: event.metadata,
  createdMs: event.created.getTime(),
})

/**
 * A subscription that is lost stays silent for ever, and an error without a listener ends the process: so it is ended
 * at its first error, and the listeners stay. It has no handler for checkpoints, since one that throws stalls it.
 */
const listenOn = (driver: Driver, namePrefix: string, { heard, dropped }: Listener): (() => void) => {
  const filter = streamNameFilter({ prefixes: [namePrefix] })
  const subscription = driver.subscribeToAll({ ...leaderOnly, fromPosition: 'end', filter })
  let isOver = false
  const stop = (): void => {
    isOver = true
    // Not awaited: it waits for the connection itself, and its failure is the subscription's.
    subscription.unsubscribe().catch(() => undefined)
    subscription.destroy()
  }
  const hear = (): void => {
    if (!isOver) heard()
  }
  const drop = (): void => {
    if (isOver) return
    stop()
    dropped()
  }
  subscription.on('confirmation', hear)
  subscription.on('data', hear)
  subscription.on('error', drop)
  subscription.on('end', drop)
  return () => {
    if (!isOver) stop()
  }
}

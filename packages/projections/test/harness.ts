import {
  activityStream,
  encodeKeyRingEvent,
  encodeUses,
  keyRingStream,
  noStream,
  position,
  revision,
  type EventId,
  type EventStore,
  type Instant,
  type KeyId,
  type KeyRingEvent,
  type LogPage,
  type MemberId,
  type Metadata,
  type NewEvent,
  type RecordedEvent,
  type StreamId,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** A UUID v7 that is told apart by a number. */
export const uuid = (number: number): string =>
  `0192f0c5-7b3a-7c31-8a44-${number.toString(16).padStart(12, '0')}`
export const keyId = (number: number): KeyId => uuid(number) as KeyId

export const acme = 'acme' as WorkspaceId
export const other = 'other' as WorkspaceId

const metadata: Metadata = {
  actor: { type: 'member', memberId: 'ada' as MemberId },
  occurredAt: 1_000 as Instant,
  correlationId: uuid(0),
  origin: {},
}

export const created = (number: number, name = `Key ${number}`): KeyRingEvent => ({
  type: 'KeyCreated',
  keyId: keyId(number),
  name,
  digest: { scheme: 'sha256', value: String(number) },
})
export const renamed = (number: number, name: string): KeyRingEvent => ({
  type: 'KeyRenamed',
  keyId: keyId(number),
  name,
})
export const revoked = (number: number, effective: 'immediately' | number = 'immediately'): KeyRingEvent => ({
  type: 'KeyRevoked',
  keyId: keyId(number),
  effective: effective as Instant,
  reason: 'requested',
})

/** A log written by hand: each event at the end of its stream and of the log. */
export interface HandWritten {
  readonly events: Array<RecordedEvent>
  readonly add: (stream: StreamId, event: Omit<NewEvent, 'id'>) => RecordedEvent
  readonly ring: (workspaceId: WorkspaceId, event: KeyRingEvent) => RecordedEvent
  readonly use: (workspaceId: WorkspaceId, number: number, action: string) => RecordedEvent
}

export const handWritten = (): HandWritten => {
  const events: Array<RecordedEvent> = []
  const add: HandWritten['add'] = (stream, event) => {
    const number = events.length + 1
    const recorded = {
      ...event,
      id: uuid(number) as EventId,
      stream,
      revision: revision(events.filter((before) => before.stream === stream).length),
      position: position(String(number).padStart(8, '0')),
      recordedAt: 0,
    }
    events.push(recorded)
    return recorded
  }
  return {
    events,
    add,
    ring: (workspaceId, event) =>
      add(keyRingStream(workspaceId), encodeKeyRingEvent(uuid(0) as EventId, event, metadata)),
    use: (workspaceId, number, action) => {
      const times = { firstAt: 2_000 as Instant, lastAt: 2_000 as Instant, count: 1 }
      const uses = { keyId: keyId(number), action, outcome: 'accepted', ...times } as const
      return add(activityStream(workspaceId, 'w'), encodeUses(uuid(0) as EventId, uses))
    },
  }
}

/** How the end of a log looks: up to which number of events the order is final, and how long its pages are. */
export interface LogShape {
  settledCount?: number
  pageMax?: number
}

/** Reads a hand-written log as a store would. `shape` may be changed while the log is read. */
export const readerOf = ({ events }: HandWritten, shape: LogShape = {}): Pick<EventStore, 'readAll'> => ({
  readAll: (after, limit) => () => {
    const start = O.isNone(after) ? 0 : events.findIndex((event) => event.position === after.value) + 1
    const page = events.slice(start, start + Math.min(limit, shape.pageMax ?? limit))
    const settledCount = Math.min(shape.settledCount ?? events.length, start + page.length)
    const last = events[Math.max(settledCount, start) - 1]
    const answer: LogPage = {
      events: page,
      settled: last === undefined ? after : O.some(last.position),
      complete: start + page.length >= events.length,
    }
    return Promise.resolve(E.right(answer))
  },
})

/** Puts hand-written events into a real store. */
export const appendTo = async (store: EventStore, log: HandWritten): Promise<void> => {
  const heads = new Map<StreamId, bigint>()
  for (const event of log.events) {
    const head = heads.get(event.stream)
    const expected = head === undefined ? noStream : ({ _tag: 'At', revision: revision(head) } as const)
    const { last } = await right(store.append(event.stream, expected, [event]))
    heads.set(event.stream, last)
  }
}

export const right = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`expected to succeed: ${JSON.stringify(result.left)}`)
  return result.right
}

import * as E from 'fp-ts/lib/Either.js'
import { unavailable } from '@detrics/keys-domain'
import type { RecordedEvent, StreamId, Unavailable } from '@detrics/keys-domain'
import type { Client, ServerEvent, StreamRead } from './client.js'
import { unavailableFrom } from './faults.js'
import { decodeEvent, nameOf } from './stored-form.js'

export type Result<A> = Promise<E.Either<Unavailable, A>>
export type StreamPart = Omit<StreamRead, 'stream'>

export interface RevisionRange {
  readonly first: bigint
  readonly last: bigint
}

/** The events of streams; a stream that does not exist has none. */
export interface StreamEvents {
  /** Events that follow each other without a gap, from where they were to begin. */
  readonly part: (stream: StreamId, part: StreamPart, ms: number) => Result<ReadonlyArray<RecordedEvent>>
  readonly range: (stream: StreamId, range: RevisionRange, ms: number) => Result<ReadonlyArray<RecordedEvent>>
  /** The event at a revision as the server has it, if it is there. */
  readonly one: (stream: StreamId, at: bigint, ms: number) => Result<ServerEvent | undefined>
}

export const streamEvents = (client: Client, prefix: string): StreamEvents => {
  const read = async (stream: StreamId, part: StreamPart, ms: number): Result<ReadonlyArray<ServerEvent>> => {
    const events = await client.readStream({ stream: nameOf(prefix, stream), ...part }, ms)
    if (E.isRight(events)) return events
    return events.left._tag === 'StreamNotFound' ? E.right([]) : E.left(unavailableFrom(events.left))
  }

  const decode = E.traverseArray((event: ServerEvent) => E.mapLeft(unavailable)(decodeEvent(prefix, event)))

  const part: StreamEvents['part'] = async (stream, wanted, ms) => {
    const events = E.chain(decode)(await read(stream, wanted, ms))
    return E.isRight(events) && !isWhole(events.right, wanted)
      ? E.left(unavailable(`events of ${nameOf(prefix, stream)} were removed: the log is damaged`))
      : events
  }

  return {
    part,
    range: (stream, { first, last }, ms) =>
      part(stream, { direction: 'forwards', from: first, count: Number(last - first) + 1 }, ms),
    one: async (stream, at, ms) =>
      E.map((events: ReadonlyArray<ServerEvent>) => events.find(({ revision }) => revision === at))(
        await read(stream, { direction: 'backwards', from: at, count: 1 }, ms),
      ),
  }
}

/** Nothing is missing: each event follows the one before, and a part ends early only at an end of the stream. */
const isWhole = (events: ReadonlyArray<RecordedEvent>, { direction, from, count }: StreamPart): boolean => {
  const first = events[0]?.revision
  if (first === undefined) return true
  const step = direction === 'forwards' ? 1 : -1
  if (!events.every((event, index) => event.revision === first + BigInt(step * index))) return false
  if (direction === 'forwards') return first === (from === 'start' ? 0n : from)
  return events.length === count || events.at(-1)?.revision === 0n
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { unavailable } from '@detrics/keys-domain'
import type { RecordedEvent, Revision, StreamId, StreamPage, StreamQuery } from '@detrics/keys-domain'
import { countdown } from './deadline.js'
import type { Result, StreamEvents } from './stream-events.js'

const readMsMax = 5_000
/** Above every revision there is, and below what the server keeps for its own purposes. */
const revisionMax = 2n ** 53n
/** How often a page is read again because the stream grew between two steps of reading it. */
const attemptsMax = 5

/**
 * Reads pages of streams. The server tells no head with a page, and a head that was asked for later may belong to a
 * longer stream: a caller who takes it for the end of its page would decide on events that it has not seen. So the head
 * comes out of the page itself wherever it can.
 */
export const readStreamPage = (
  streams: StreamEvents,
  { stream, direction, from, limit }: StreamQuery,
): Result<StreamPage> => {
  const start = from === 'start' ? 0n : from === 'end' ? 'end' : clamp(from)
  if (direction === 'backwards') return readBackwards(streams, stream, { from: start, limit })
  // Forwards from the end is an error of the server's, and means the last event here.
  return start === 'end'
    ? readBackwards(streams, stream, { from: 'end', limit: 1 })
    : readForwards(streams, stream, { from: start, limit })
}

const readForwards = async (
  streams: StreamEvents,
  stream: StreamId,
  { from, limit }: { readonly from: bigint; readonly limit: number },
): Result<StreamPage> => {
  const left = countdown(readMsMax)
  // The event before the page comes with it: where nothing follows, it is the head, and one call has told both.
  const extra = from === 0n ? 0 : 1
  const part = { direction: 'forwards', from: from - BigInt(extra), count: limit + extra } as const
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const events = await streams.part(stream, part, left())
    if (E.isLeft(events)) return events
    const page = events.right.slice(extra)
    if (events.right.length > 0 && events.right.length < part.count)
      return pageUpTo(page, RA.last(events.right))
    const head = await headOf(streams, stream, left())
    if (E.isLeft(head)) return head
    // A page that is full says itself that there may be more; an empty one must not be behind the head.
    if (page.length > 0 || O.isNone(head.right) || head.right.value.revision < from)
      return pageUpTo(page, head.right)
  }
  return E.left(unavailable('the stream grew faster than it could be read, or events of it were removed'))
}

const readBackwards = async (
  streams: StreamEvents,
  stream: StreamId,
  { from, limit }: { readonly from: 'end' | bigint; readonly limit: number },
): Result<StreamPage> => {
  const left = countdown(readMsMax)
  const events = await streams.part(stream, { direction: 'backwards', from, count: limit }, left())
  if (E.isLeft(events)) return events
  const first = RA.head(events.right)
  // Below where it was to begin, a page begins only at the head.
  if (O.isNone(first) || from === 'end' || first.value.revision < from) return pageUpTo(events.right, first)
  const head = await headOf(streams, stream, left())
  return E.isLeft(head) ? head : pageUpTo(events.right, head.right)
}

const headOf = async (streams: StreamEvents, stream: StreamId, ms: number): Result<O.Option<RecordedEvent>> =>
  E.map(RA.head<RecordedEvent>)(
    await streams.part(stream, { direction: 'backwards', from: 'end', count: 1 }, ms),
  )

const pageUpTo = (
  events: ReadonlyArray<RecordedEvent>,
  head: O.Option<RecordedEvent>,
): E.Either<never, StreamPage> =>
  E.right({ events, head: O.map((event: RecordedEvent): Revision => event.revision)(head) })

const clamp = (from: bigint): bigint => (from > revisionMax ? revisionMax : from)

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { rewound, unavailable } from '@detrics/keys-domain'
import type { LogPage, Position, ReadError, RecordedEvent, Unavailable } from '@detrics/keys-domain'
import type { NamedPlace } from '../shared/position.js'
import type { Client, ServerEvent } from './client.js'
import { countdown } from './deadline.js'
import { unavailableFrom } from './faults.js'
import type { Fault } from './faults.js'
import { decodeEvent, isOurs } from './stored-form.js'

/** Reads the log on from a position; `place` is that position taken apart. */
export type LogReader = (
  after: O.Option<Position>,
  place: NamedPlace | undefined,
  limit: number,
) => Promise<E.Either<ReadError, LogPage>>

const readMsMax = 5_000
/** How much is asked for beside what is wanted: what others wrote lies between, and the server cannot leave it out. */
const foreignMargin = 64
const countMax = 4_096

/** An event that a read begins with, to make sure that the log still has it. */
interface Mark {
  readonly place: bigint
  readonly isAt: (event: ServerEvent) => boolean
}

/** How far the log was looked through: what was found, and which event, ours or not, was seen last. */
interface Scan {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly seen: Mark | undefined
  /** What was seen last before the first event of ours. */
  readonly lead: Mark | undefined
  readonly isAtEnd: boolean
}

/** The event that a read was to begin with is not there, or another one is. */
const moved = { _tag: 'Moved' } as const
type ScanError = typeof moved | Unavailable

/**
 * Reads the order of all streams, in which the events of the log are mixed with those of others. The server appends to
 * one sequence and shows only what is replicated, so all that is read is settled; every read begins with an event that
 * is known, so a log that was set back is noticed.
 *
 * A long run of foreign events is looked through once: how far is remembered, for the beginning of the log and for the
 * end of the latest page. It is found again by its last event, before which everything must stand as it was.
 */
export const logReader = (client: Client, prefix: string): LogReader => {
  let atStart: Mark | undefined
  let latest: { readonly after: Position; readonly seen: Mark } | undefined

  const knownFor = (after: O.Option<Position>): Mark | undefined => {
    if (O.isNone(after)) return atStart
    return latest?.after === after.value ? latest.seen : undefined
  }

  const scanFrom = async (
    after: O.Option<Position>,
    place: NamedPlace | undefined,
    limit: number,
  ): Promise<E.Either<ScanError, Scan>> => {
    const known = knownFor(after)
    if (known !== undefined) {
      const scanned = await scan(client, prefix, { begin: known, limit })
      if (E.isRight(scanned) || scanned.left._tag !== 'Moved') return scanned
    }
    return scan(client, prefix, { begin: place && namedMark(prefix, place), limit })
  }

  const remember = (after: O.Option<Position>, { seen, lead }: Scan, settled: O.Option<Position>): void => {
    if (O.isNone(after)) atStart = lead
    if (O.isSome(settled) && seen !== undefined) latest = { after: settled.value, seen }
  }

  return async (after, place, limit) => {
    const scanned = await scanFrom(after, place, limit)
    if (E.isLeft(scanned)) return E.left(scanned.left._tag === 'Moved' ? rewound : scanned.left)
    const { events, isAtEnd } = scanned.right
    const last = events.at(-1)
    const settled = last === undefined ? after : O.some(last.position)
    remember(after, scanned.right, settled)
    // An empty page would be taken for the end.
    if (last === undefined && !isAtEnd) return E.left(unavailable('much was written by others: read on'))
    return E.right({ events, settled, complete: isAtEnd })
  }
}

/** Looks through the log from a mark, until there are enough events, or no more. */
const scan = async (
  client: Client,
  prefix: string,
  { begin, limit }: { readonly begin: Mark | undefined; readonly limit: number },
): Promise<E.Either<ScanError, Scan>> => {
  const left = countdown(readMsMax)
  let soFar: Scan = { events: [], seen: begin, lead: begin, isAtEnd: false }
  for (let count = Math.min(countMax, limit + 1 + foreignMargin); ; count = countMax) {
    const chunk = await readFrom(client, soFar.seen, { count, ms: left() })
    if (E.isLeft(chunk)) return soFar.seen === begin ? chunk : E.mapLeft(changedMeanwhile)(chunk)
    const next = goOn(prefix, chunk.right, { soFar, limit })
    if (E.isLeft(next)) return next
    soFar = next.right
    // Where time is short, the next read goes on from here.
    if (soFar.isAtEnd || soFar.events.length === limit || left() <= patienceMs) return E.right(soFar)
  }
}

const goOn = (
  prefix: string,
  { events: chunk, isAtEnd }: Chunk,
  { soFar, limit }: { readonly soFar: Scan; readonly limit: number },
): E.Either<Unavailable, Scan> =>
  E.map(({ ours, passed }: Picked): Scan => ({
    events: [...soFar.events, ...ours],
    seen: markAt(chunk, passed - 1) ?? soFar.seen,
    lead: soFar.events.length > 0 ? soFar.lead : (leadIn(prefix, chunk) ?? soFar.seen),
    isAtEnd: isAtEnd && passed === chunk.length,
  }))(pick(prefix, chunk, limit - soFar.events.length))

/** The event before the first of ours, or the last one where there is none of ours. */
const leadIn = (prefix: string, chunk: ReadonlyArray<ServerEvent>): Mark | undefined => {
  const first = chunk.findIndex((event) => isOurs(prefix, event))
  return markAt(chunk, (first < 0 ? chunk.length : first) - 1)
}

/** What was there a moment ago and is not now is no matter of the position that the caller gave. */
const changedMeanwhile = (error: ScanError): ScanError =>
  error._tag === 'Moved' ? unavailable('the log changed while it was read') : error

interface Picked {
  readonly ours: ReadonlyArray<RecordedEvent>
  readonly passed: number
}

/** Picks the events of the log out of those of everybody, so many at most, and tells how many it has passed. */
const pick = (
  prefix: string,
  chunk: ReadonlyArray<ServerEvent>,
  room: number,
): E.Either<Unavailable, Picked> => {
  const ours: Array<RecordedEvent> = []
  for (const [index, event] of chunk.entries()) {
    if (!isOurs(prefix, event)) continue
    const decoded = decodeEvent(prefix, event)
    if (E.isLeft(decoded)) return E.left(unavailable(decoded.left))
    ours.push(decoded.right)
    if (ours.length === room) return E.right({ ours, passed: index + 1 })
  }
  return E.right({ ours, passed: chunk.length })
}

/** A read that has less time left than this does not begin another round. */
const patienceMs = 500

interface Chunk {
  readonly events: ReadonlyArray<ServerEvent>
  readonly isAtEnd: boolean
}

/** What follows a mark, without the event of the mark itself. */
const readFrom = async (
  client: Client,
  mark: Mark | undefined,
  { count, ms }: { readonly count: number; readonly ms: number },
): Promise<E.Either<ScanError, Chunk>> => {
  const read = await client.readAll({ direction: 'forwards', from: mark?.place ?? 'start', count }, ms)
  if (E.isLeft(read)) return E.left(await meaningOf(client, mark, read.left))
  const isAtEnd = read.right.length < count
  if (mark === undefined) return E.right({ events: read.right, isAtEnd })
  const [first, ...events] = read.right
  return first !== undefined && mark.isAt(first) ? E.right({ events, isAtEnd }) : E.left(moved)
}

const endMsMax = 1_000

/**
 * A place at which no event begins is an error of the server, an unknown one before 24.2: so it is taken for that only
 * where the server can read elsewhere.
 */
const meaningOf = async (client: Client, mark: Mark | undefined, fault: Fault): Promise<ScanError> => {
  const mayBePlace = fault._tag === 'Malformed' || (fault._tag === 'Unclear' && fault.isAnswer)
  if (mark === undefined || !mayBePlace) return unavailableFrom(fault)
  const end = await client.readAll({ direction: 'backwards', from: 'end', count: 1 }, endMsMax)
  return E.isRight(end) ? moved : unavailableFrom(fault)
}

const namedMark = (prefix: string, { place, tag }: NamedPlace): Mark => ({
  place,
  isAt: (event) => event.place === place && isOurs(prefix, event) && event.id.endsWith(tag),
})

const markAt = (events: ReadonlyArray<ServerEvent>, index: number): Mark | undefined => {
  const marked = events[index]
  // A read of everything always tells the places.
  if (marked?.place === undefined) return undefined
  const { place, id } = marked
  return { place, isAt: (event) => event.place === place && event.id === id }
}

import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import {
  invalidRequest,
  outcomeUnknown,
  revision,
  tooLarge,
  unavailable,
  wrongExpectedRevision,
} from '@detrics/keys-domain'
import type { AppendError, Appended, RecordedEvent } from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import { positionOf } from '../shared/position.js'
import type { AppendRequest } from '../shared/request.js'
import type { Client, Stored } from './client.js'
import { countdown } from './deadline.js'
import { unavailableFrom } from './faults.js'
import type { Fault } from './faults.js'
import { attemptOf, encodeEvent, nameOf } from './stored-form.js'
import type { EncodedEvent } from './stored-form.js'
import type { RevisionRange, StreamEvents } from './stream-events.js'

type AppendResult = E.Either<AppendError, Appended>

export interface WriterSettings {
  readonly prefix: string
  /** How long an append may take, without the look at what became of it. */
  readonly appendMsMax: number
}

/** What a server takes in one append unless it is set otherwise; 25.1 and later take more. */
export const appendBytesMax = 1024 * 1024
const lookMsMax = 2_500

/**
 * Appends, and finds out what has really happened. The server answers a repetition as if it were the first time, and
 * compares ids only: so the last event of what it calls stored is looked at. If it bears the mark of this attempt, the
 * whole batch is from it; if not, the batch was there before, and is compared event by event.
 */
export const logWriter =
  (client: Client, streams: StreamEvents, { prefix, appendMsMax }: WriterSettings) =>
  async (request: AppendRequest): Promise<AppendResult> => {
    const attempt = randomUUID()
    const encoded = request.events.map((event) => encodeEvent(event, attempt))
    const excess = excessOf(encoded)
    if (excess !== undefined) return E.left(excess)
    const stored = await client.append(
      nameOf(prefix, request.stream),
      expectedIn(request),
      encoded.map(({ outgoing }) => outgoing),
      appendMsMax,
    )
    if (E.isRight(stored)) return lookAfterSuccess(streams, request, { attempt, stored: stored.right })
    return stored.left._tag === 'WrongExpectedVersion'
      ? lookAfterRefusal(streams, request, stored.left.actual)
      : E.left(appendErrorFrom(stored.left, encoded))
  }

/** Above every revision there is. The protocol carries 64 bits and drops the rest: a larger one would become small. */
const revisionMax = 2n ** 53n

const expectedIn = ({ expected }: AppendRequest): 'no_stream' | bigint => {
  if (expected._tag === 'NoStream') return 'no_stream'
  return expected.revision > revisionMax ? revisionMax : expected.revision
}

/** Before it is sent: a server that refuses it may break the connection over it. */
const excessOf = (events: ReadonlyArray<EncodedEvent>): AppendError | undefined => {
  let sum = 0
  for (const [index, { bytes }] of events.entries()) {
    sum += bytes
    if (sum > appendBytesMax) return tooLarge(index, sum, appendBytesMax)
  }
  return undefined
}

const appendErrorFrom = (fault: Fault, events: ReadonlyArray<EncodedEvent>): AppendError => {
  if (fault._tag === 'Unclear') return outcomeUnknown(fault.cause)
  if (fault._tag === 'Malformed') return invalidRequest('the server takes the append for malformed')
  if (fault._tag !== 'TooLarge') return unavailableFrom(fault)
  const sizes = events.map(({ bytes }) => bytes)
  const sum = sizes.reduce((total, bytes) => total + bytes, 0)
  return tooLarge(sizes.indexOf(Math.max(...sizes)), sum, fault.bytesMax ?? appendBytesMax)
}

/** The revisions at which the events of a request stand if they are stored. */
const rangeOf = ({ expected, events }: AppendRequest): RevisionRange => {
  const first = expected._tag === 'NoStream' ? 0n : expected.revision + 1n
  return { first, last: first + BigInt(events.length - 1) }
}

/** The server says that the events are stored; whether it was this attempt that stored them is looked up. */
const lookAfterSuccess = async (
  streams: StreamEvents,
  request: AppendRequest,
  { attempt, stored }: { readonly attempt: string; readonly stored: Stored },
): Promise<AppendResult> => {
  const { first, last } = rangeOf(request)
  const left = countdown(lookMsMax)
  const found = await streams.one(request.stream, last, left())
  if (E.isLeft(found)) return E.left(outcomeUnknown(found.left.cause))
  const at = stored.place ?? found.right?.place
  if (found.right !== undefined && attemptOf(found.right) === attempt && at !== undefined) {
    const position = positionOf(at, lastIdOf(request))
    return E.right({ outcome: 'Appended', first: revision(first), last: revision(last), position })
  }
  const there = await streams.range(request.stream, { first, last }, left())
  if (E.isLeft(there)) return E.left(outcomeUnknown(there.left.cause))
  return judge(
    request,
    there.right,
    outcomeUnknown('what was stored is not where it belongs: the log is damaged'),
  )
}

/**
 * The server refuses the expected revision. It does so too where part of the batch, or all of it under other places,
 * is stored; but behind the end of the stream, which it tells, there is nothing to look at.
 */
const lookAfterRefusal = async (
  streams: StreamEvents,
  request: AppendRequest,
  actual: bigint | undefined,
): Promise<AppendResult> => {
  const refusal = wrongExpectedRevision(
    request.stream,
    actual === undefined ? O.none : O.some(revision(actual)),
  )
  const range = rangeOf(request)
  if (actual === undefined || actual < range.first) return E.left(refusal)
  const there = await streams.range(request.stream, range, lookMsMax)
  // Nothing was written now, whatever was before.
  return E.isLeft(there) ? E.left(unavailable(there.left.cause)) : judge(request, there.right, refusal)
}

/**
 * Decides by what stands at the places of a request; what stands elsewhere in the log cannot be known here. `otherwise`
 * is the answer where none of its events is there.
 */
const judge = (
  request: AppendRequest,
  there: ReadonlyArray<RecordedEvent>,
  otherwise: AppendError,
): AppendResult => {
  const byId = new Map(there.map((event) => [event.id, event]))
  const head = there.at(-1)?.revision
  const placed = place(request, { find: (id) => byId.get(id), head: () => head })
  if (E.isLeft(placed)) return E.left(placed.left._tag === 'WrongExpectedRevision' ? otherwise : placed.left)
  return placed.right._tag === 'Known' ? E.right(placed.right.appended) : E.left(otherwise)
}

const lastIdOf = ({ events }: AppendRequest): RecordedEvent['id'] => {
  const last = events.at(-1)
  if (last === undefined) throw new Error('a batch has at least one event')
  return last.id
}

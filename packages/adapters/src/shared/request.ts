import * as E from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import {
  EventId,
  StreamId,
  batchLimitMax,
  eventBytesMax,
  invalidRequest,
  pageLimitMax,
  tooLarge,
} from '@detrics/keys-domain'
import type { ExpectedRevision, InvalidRequest, NewEvent, StreamQuery, TooLarge } from '@detrics/keys-domain'

/** What one call of `append` asks for. */
export interface AppendRequest {
  readonly stream: StreamId
  readonly expected: ExpectedRevision
  readonly events: ReadonlyNonEmptyArray<NewEvent>
}

/**
 * Refuses what must not reach a log. The types say most of it already; it is checked once more because a log is
 * kept for ever, and because a caller may have got its values past the types.
 */
export const checkAppend = (request: AppendRequest): E.Either<InvalidRequest | TooLarge, void> => {
  const { stream, expected, events } = request
  if (!StreamId.is(stream)) return refuse('the name of the stream is malformed')
  if (expected._tag === 'At' && !isRevision(expected.revision))
    return refuse('the expected revision is malformed')
  if (events.length < 1 || events.length > batchLimitMax)
    return refuse(`a batch holds 1 to ${batchLimitMax} events`)
  if (hasRepeatedId(events)) return refuse('an event id occurs twice')
  for (const [index, event] of events.entries()) {
    const fault = faultOf(event)
    if (fault !== undefined) return refuse(`event ${index}: ${fault}`)
    const bytes = eventBytes(event)
    if (bytes > eventBytesMax) return E.left(tooLarge(index, bytes, eventBytesMax))
  }
  return E.right(undefined)
}

const hasRepeatedId = (events: ReadonlyArray<NewEvent>): boolean =>
  events.length > 1 && new Set(events.map((event) => event.id)).size < events.length

/** The bytes of an event that count towards its limit. */
export const eventBytes = (event: NewEvent): number =>
  Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata)

export const checkLimit = (limit: number): E.Either<InvalidRequest, void> =>
  Number.isInteger(limit) && limit >= 1 && limit <= pageLimitMax
    ? E.right(undefined)
    : refuse(`the limit is 1 to ${pageLimitMax}`)

export const checkStreamQuery = (query: StreamQuery): E.Either<InvalidRequest, void> => {
  if (!StreamId.is(query.stream)) return refuse('the name of the stream is malformed')
  const { from } = query
  if (from !== 'start' && from !== 'end' && !isRevision(from)) return refuse('the revision is malformed')
  return checkLimit(query.limit)
}

const refuse = (detail: string): E.Either<InvalidRequest, never> => E.left(invalidRequest(detail))

const isRevision = (value: unknown): boolean => typeof value === 'bigint' && value >= 0n

const typePattern = /^[A-Za-z]{1,64}$/
const schemaMax = 2 ** 31 - 1

const faultOf = (event: NewEvent): string | undefined => {
  if (!EventId.is(event.id)) return 'the id is no UUID in lower case'
  if (!typePattern.test(event.type)) return 'the type is malformed'
  if (!Number.isInteger(event.schema) || event.schema < 1 || event.schema > schemaMax)
    return 'the schema number is malformed'
  if (!isJsonText(event.data)) return 'the data is no JSON text'
  if (!isJsonText(event.metadata)) return 'the metadata is no JSON text'
  return undefined
}

/** In every Node that this runs on, and not yet in the declarations of the language version that is compiled to. */
type WellFormedText = string & { readonly isWellFormed: () => boolean }

const isJsonText = (text: unknown): boolean => {
  // UTF-8 cannot carry half a surrogate pair: it would come back as another character.
  if (typeof text !== 'string' || !(text as WellFormedText).isWellFormed()) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

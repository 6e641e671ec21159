import * as E from 'fp-ts/lib/Either.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { revision } from '@detrics/keys-domain'
import type { Appended, NewEvent, Revision } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'
import type { AppendRequest } from '../shared/request.js'
import { insertEvent, jointCharacter } from './append-functions.js'
import type { Fault } from './fault.js'
import { lockBase } from './mark.js'
import type { LogFacts } from './mark.js'
import type { Row, Session, Statement } from './session.js'

/** `refused`: the stream ends elsewhere than the request expects. */
export type Append = Appended | 'refused'

/** Where a log is and what its locks begin with. */
export interface LogPlace {
  readonly schema: string
  readonly facts: LogFacts
}

type Requests = RNEA.ReadonlyNonEmptyArray<AppendRequest>

interface Appending {
  readonly place: LogPlace
  readonly requests: Requests
  /** The event before the first of a single request is known to be stored, or none is to be. Then nothing is refused. */
  readonly isBeforeKnown?: boolean
}

/**
 * Appends requests to streams of which no two are the same, in one transaction: all that are not refused, or with a
 * fault none. The answers are in the order of the requests.
 */
export const appendAll = async (
  session: Session,
  { place, requests, isBeforeKnown = false }: Appending,
): Promise<E.Either<Fault, ReadonlyArray<Append>>> => {
  const [first] = requests
  if (requests.length === 1 && first.events.length === 1) {
    const rows = await session.run(appendEvent(place, first, isBeforeKnown))
    return E.isLeft(rows) ? rows : E.right([answerTo(first, rows.right[0]?.[0] ?? undefined)])
  }
  // In the order of the names, see `append-functions.ts`.
  const sorted = requests.toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
  const rows = await session.run(appendEvents(place, sorted))
  if (E.isLeft(rows)) return rows
  const answers = new Map(answersTo(sorted, rows.right[0] ?? []))
  return E.right(requests.map((request) => answers.get(request) ?? 'refused'))
}

const firstRevisionOf = ({ expected }: AppendRequest): Revision =>
  expected._tag === 'NoStream' ? revision(0) : revision(expected.revision + 1n)

const sentMax = 2n ** 62n

/** A revision is any whole number, an integer of PostgreSQL is not; no stream ends anywhere near. */
const sentFirstOf = (request: AppendRequest): bigint => {
  const first = firstRevisionOf(request)
  return first > sentMax ? sentMax : first
}

const appendEvent = (
  { schema, facts }: LogPlace,
  request: AppendRequest,
  isBeforeKnown: boolean,
): Statement => {
  const { stream, events } = request
  const [{ id, type, schema: form, data, metadata }] = events
  const first = sentFirstOf(request)
  return {
    name: isBeforeKnown ? 'append event on' : 'append event',
    text: isBeforeKnown
      ? insertEvent(schema)
      : `SELECT ${schema}.append_event($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [lockBase(facts), stream, first, id, type, form, data, metadata],
  }
}

/** The batches in the order of their streams' names. Joined, because parameters are limited in number. */
export const appendEvents = (
  { schema, facts }: LogPlace,
  requests: ReadonlyArray<AppendRequest>,
): Statement => {
  const events = requests.flatMap((request) => request.events)
  const texts = (of: (event: NewEvent) => string): string => events.map(of).join(jointCharacter)
  let start = 1
  const starts = requests.map((request) => {
    start += request.events.length
    return start - request.events.length
  })
  return {
    name: 'append events',
    text: `SELECT refused, places FROM ${schema}.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      lockBase(facts),
      requests.map(({ stream }) => stream).join(jointCharacter),
      arrayOf(requests.map(sentFirstOf)),
      arrayOf(starts),
      arrayOf(requests.flatMap((request, index) => request.events.map(() => index + 1))),
      arrayOf(events.map(({ id }) => id)),
      texts(({ type }) => type),
      arrayOf(events.map((event) => event.schema)),
      texts(({ data }) => data),
      texts(({ metadata }) => metadata),
    ],
  }
}

/** As PostgreSQL writes arrays, of elements in which nothing has to be escaped. */
const arrayOf = (elements: ReadonlyArray<string | number | bigint>): string => `{${elements.join(',')}}`

const answersTo = (
  requests: ReadonlyArray<AppendRequest>,
  row: Row,
): ReadonlyArray<readonly [AppendRequest, Append]> => {
  const refused = new Set(numbersIn(row[0]))
  const places = numbersIn(row[1])
  let written = 0
  return requests.map((request, index) => {
    if (refused.has(String(index + 1))) return [request, 'refused']
    written += request.events.length
    return [request, answerTo(request, places[written - 1])]
  })
}

/** The elements of an array of numbers, as PostgreSQL writes it. */
const numbersIn = (array: string | null | undefined): ReadonlyArray<string> =>
  array === null || array === undefined || array === '{}' ? [] : array.slice(1, -1).split(',')

const answerTo = (request: AppendRequest, lastPlace: string | undefined): Append => {
  if (lastPlace === undefined) return 'refused'
  const first = firstRevisionOf(request)
  const last = revision(first + BigInt(request.events.length - 1))
  const position = positionOf(Number(lastPlace), RNEA.last(request.events).id)
  return { outcome: 'Appended', first, last, position }
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { revision, unavailable } from '@detrics/keys-domain'
import type { AppendError } from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import type { LogIndex, Placement, PlacementError } from '../shared/placement.js'
import type { AppendRequest } from '../shared/request.js'
import type { AppendResult } from '../shared/waiting-appends.js'
import { appendAll } from './append-statements.js'
import { appendFault, isCollision, readFault } from './fault.js'
import type { Fault } from './fault.js'
import { knownEnds } from './known-ends.js'
import type { LogSession } from './log-session.js'
import { eventColumns, eventFrom } from './rows.js'
import type { Rows } from './session.js'

/** Appends over one session. */
export interface LogWriter {
  /** Requests to streams of which no two are the same, in one transaction; a refused one harms no other. */
  readonly append: (
    requests: RNEA.ReadonlyNonEmptyArray<AppendRequest>,
  ) => Promise<ReadonlyArray<AppendResult>>
  readonly isLost: () => boolean
}

/** How often an append is tried that meets others of other processes again and again. */
const attemptsMax = 8
/** For how long a group is worked on one by one; who is not reached then has nothing written. */
const singlyMs = 1_500
const tooLong = unavailable('other appends were in the way for too long')

export const logWriter = (session: LogSession, schema: string): LogWriter => {
  const at = { schema, facts: session.facts }
  const ends = knownEnds()

  /** What is stored of a request already, in one moment. */
  const look = async (request: AppendRequest): Promise<E.Either<Fault, LogIndex>> =>
    E.map(indexFrom)(
      await session.run({
        name: 'stored',
        text: `SELECT (SELECT max(revision) FROM ${schema}.events WHERE stream = $2), ${eventColumns}
          FROM (SELECT) one LEFT JOIN ${schema}.events ON id = ANY ($1::uuid[])`,
        values: [request.events.map(({ id }) => id), request.stream],
      }),
    )

  const noteRefusal = (error: AppendError): void => {
    if (error._tag === 'WrongExpectedRevision' && O.isSome(error.actual))
      ends.note(error.stream, error.actual.value)
  }

  /**
   * A request that was refused, or undone because something of it is there already: why? The answer is the decision
   * that all stores share. If there is nothing against it any more, another process was in the way, and it goes again.
   */
  const decide = async (request: AppendRequest, deadline: number): Promise<AppendResult> => {
    for (let attempt = 1; attempt <= attemptsMax && performance.now() < deadline; attempt++) {
      const log = await look(request)
      // Nothing of this request is written: what was sent of it before was undone.
      if (E.isLeft(log)) return E.left(readFault(log.left))
      const placed = place(request, log.right)
      if (E.isLeft(placed)) noteRefusal(placed.left)
      const result =
        E.isRight(placed) && placed.right._tag === 'New' ? await again(request) : answerOf(placed)
      if (result !== undefined) return result
    }
    return E.left(tooLong)
  }

  /** Undefined where another process was in the way again. */
  const again = async (request: AppendRequest): Promise<AppendResult | undefined> => {
    const tried = await appendAll(session, { place: at, requests: [request] })
    if (E.isLeft(tried)) return isCollision(tried.left) ? undefined : E.left(appendFault(tried.left))
    const [append] = tried.right
    return append === undefined || append === 'refused' ? undefined : E.right(append)
  }

  const append: LogWriter['append'] = async (requests) => {
    const deadline = performance.now() + singlyMs
    const before = requests.length === 1 ? ends.before(requests[0]) : 'unknown'
    if (before === 'beyond') return [await decide(requests[0], deadline)]
    const tried = await appendAll(session, { place: at, requests, isBeforeKnown: before === 'stored' })
    if (E.isLeft(tried)) {
      if (isCollision(tried.left)) return inTurn(requests, (request) => decide(request, deadline))
      const fault = E.left(appendFault(tried.left))
      return requests.map(() => fault)
    }
    const results: Array<AppendResult> = []
    for (const [index, request] of requests.entries()) {
      const each = tried.right[index] ?? 'refused'
      if (each !== 'refused') ends.note(request.stream, each.last)
      results.push(each === 'refused' ? await decide(request, deadline) : E.right(each))
    }
    return results
  }

  return { append, isLost: session.isLost }
}

const answerOf = (placed: E.Either<PlacementError, Placement>): AppendResult | undefined => {
  if (E.isLeft(placed)) return placed
  return placed.right._tag === 'Known' ? E.right(placed.right.appended) : undefined
}

/** One after the other. */
const inTurn = async (
  requests: ReadonlyArray<AppendRequest>,
  work: (request: AppendRequest) => Promise<AppendResult>,
): Promise<ReadonlyArray<AppendResult>> => {
  const results: Array<AppendResult> = []
  for (const request of requests) results.push(await work(request))
  return results
}

/** Each row begins with the stream's last revision; if no event is known there is one row with it alone. */
const indexFrom = (rows: Rows): LogIndex => {
  const events = rows.filter((row) => row[1] !== null).map((row) => eventFrom(row.slice(1)))
  const byId = new Map(events.map((event) => [event.id, event]))
  const head = rows[0]?.[0]
  return {
    find: (id) => byId.get(id),
    head: () => (typeof head === 'string' ? revision(Number(head)) : undefined),
  }
}

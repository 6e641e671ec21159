import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { revision, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended } from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import type { LogIndex } from '../shared/placement.js'
import type { AppendRequest } from '../shared/request.js'
import { appendAll } from './append-statements.js'
import { appendFault, isCollision, readFault } from './fault.js'
import type { Fault } from './fault.js'
import { knownEnds } from './known-ends.js'
import type { LogSession } from './log-session.js'
import { eventColumns, eventFrom } from './rows.js'
import type { Rows } from './session.js'

export type AppendResult = E.Either<AppendError, Appended>

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
  const decide = async (request: AppendRequest): Promise<AppendResult> => {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const log = await look(request)
      // Nothing of this request is written: what was sent of it before was undone.
      if (E.isLeft(log)) return E.left(readFault(log.left))
      const placed = place(request, log.right)
      if (E.isLeft(placed)) {
        noteRefusal(placed.left)
        return placed
      }
      if (placed.right._tag === 'Known') return E.right(placed.right.appended)
      const tried = await appendAll(session, { place: at, requests: [request] })
      if (E.isLeft(tried) && !isCollision(tried.left)) return E.left(appendFault(tried.left))
      const [append] = E.isRight(tried) ? tried.right : []
      if (append !== undefined && append !== 'refused') return E.right(append)
    }
    return E.left(unavailable('other appends were in the way each time'))
  }

  const append: LogWriter['append'] = async (requests) => {
    const before = requests.length === 1 ? ends.before(requests[0]) : 'unknown'
    if (before === 'beyond') return [await decide(requests[0])]
    const tried = await appendAll(session, { place: at, requests, isBeforeKnown: before === 'stored' })
    if (E.isLeft(tried)) {
      if (isCollision(tried.left)) return inTurn(requests, decide)
      const fault = E.left(appendFault(tried.left))
      return requests.map(() => fault)
    }
    const results: Array<AppendResult> = []
    for (const [index, request] of requests.entries()) {
      const each = tried.right[index] ?? 'refused'
      if (each !== 'refused') ends.note(request.stream, each.last)
      results.push(each === 'refused' ? await decide(request) : E.right(each))
    }
    return results
  }

  return { append, isLost: session.isLost }
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

import * as E from 'fp-ts/lib/Either.js'
import type * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { revision, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { place } from '../shared/placement.js'
import type { LogIndex } from '../shared/placement.js'
import type { AppendRequest } from '../shared/request.js'
import { appendAll } from './append-statements.js'
import { appendFault, isCollision, readFault } from './fault.js'
import type { Fault } from './fault.js'
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
  const appendTo = { schema, facts: session.facts }

  /** What is stored of a request already, in one moment. */
  const look = async (request: AppendRequest): Promise<E.Either<Fault, LogIndex>> =>
    E.map((rows: Rows) => indexFrom(request, rows))(
      await session.run({
        name: 'stored',
        text: `SELECT ${eventColumns}, s.name, NULL FROM ${schema}.events e JOIN ${schema}.streams s ON s.id = e.stream
          WHERE e.id = ANY ($1::uuid[])
          UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            (SELECT max(m.revision) FROM ${schema}.events m WHERE m.stream = s.id)
          FROM ${schema}.streams s WHERE s.name = $2`,
        values: [request.events.map(({ id }) => id), request.stream],
      }),
    )

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
      if (E.isLeft(placed)) return placed
      if (placed.right._tag === 'Known') return E.right(placed.right.appended)
      const tried = await appendAll(session, appendTo, [request])
      if (E.isLeft(tried) && !isCollision(tried.left)) return E.left(appendFault(tried.left))
      const [append] = E.isRight(tried) ? tried.right : []
      if (append !== undefined && append !== 'refused') return E.right(append)
    }
    return E.left(unavailable('other appends were in the way each time'))
  }

  const append: LogWriter['append'] = async (requests) => {
    const tried = await appendAll(session, appendTo, requests)
    if (E.isLeft(tried)) {
      if (isCollision(tried.left)) return inTurn(requests, decide)
      const fault = E.left(appendFault(tried.left))
      return requests.map(() => fault)
    }
    const results = tried.right.map((each) => (each === 'refused' ? each : decided(each)))
    return allDecided(results)
      ? results
      : inTurn(requests, (request, index) => {
          const result = results[index]
          return result === undefined || result === 'refused' ? decide(request) : Promise.resolve(result)
        })
  }

  return { append, isLost: session.isLost }
}

type Decided = E.Right<Appended>
const decided = (right: Appended): Decided => ({ _tag: 'Right', right })

const allDecided = (results: ReadonlyArray<Decided | 'refused'>): results is ReadonlyArray<Decided> =>
  !results.includes('refused')

/** One after the other. */
const inTurn = async (
  requests: ReadonlyArray<AppendRequest>,
  work: (request: AppendRequest, index: number) => Promise<AppendResult>,
): Promise<ReadonlyArray<AppendResult>> => {
  const results: Array<AppendResult> = []
  for (const [index, request] of requests.entries()) results.push(await work(request, index))
  return results
}

const streamColumn = 8
const headColumn = 9

const indexFrom = (request: AppendRequest, rows: Rows): LogIndex => {
  const events = new Map<string, RecordedEvent>()
  for (const row of rows)
    if (typeof row[0] === 'string') events.set(row[2] ?? '', eventFrom(row, row[streamColumn] as StreamId))
  const head = rows.find((row) => row[0] === null)?.[headColumn]
  return {
    find: (id) => events.get(id),
    head: () => (typeof head === 'string' ? revision(Number(head)) : undefined),
  }
}

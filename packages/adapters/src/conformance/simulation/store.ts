import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { closed as closedError, outcomeUnknown, unavailable } from '@detrics/keys-domain'
import type {
  AppendError,
  Appended,
  EventStore,
  LogPage,
  ReadError,
  StreamPage,
  StreamQuery,
} from '@detrics/keys-domain'
import type { Bell } from '../../shared/bell.js'
import { placeAfter } from '../../shared/position.js'
import { checkAppend, checkLimit, checkStreamQuery } from '../../shared/request.js'
import type { AppendRequest } from '../../shared/request.js'
import { streamPageOf } from '../../shared/stream-page.js'
import { subscription } from '../../shared/subscription.js'
import { isPrepared, prepare } from './appending.js'
import type { PrepareVariant } from './appending.js'
import type { Link } from './link.js'
import type { SimulatedLog } from './log.js'
import type { ReadPage } from './reading.js'

/** The parts of a server that a store on it works with. */
export interface ServerParts {
  readonly log: SimulatedLog
  readonly link: Link
  /** Rings after each commit to this log, and when the connection was dropped. */
  readonly bell: Bell
  readonly readPage: ReadPage
  /** How appends go wrong; they do not unless told. */
  readonly variant: PrepareVariant | undefined
  /** Lets others come between two steps. */
  readonly pause: () => Promise<void>
  /** Whether the reply to the append that was just committed gets lost. */
  readonly losesReply: () => boolean
}

const away = unavailable('the server is away')
const lost = unavailable('the connection was lost')

export const storeOn = (parts: ServerParts): EventStore => {
  const { link, log, bell } = parts
  const running = new Set<Promise<unknown>>()
  let closed = false

  const read = async <A>(work: () => Promise<E.Either<ReadError, A>>): Promise<E.Either<ReadError, A>> => {
    if (closed) return E.left(closedError)
    if (!link.isUp()) return E.left(away)
    const result = await link.through(work(), E.left(lost))
    return closed ? E.left(closedError) : result
  }

  const append = (request: AppendRequest): Promise<E.Either<AppendError, Appended>> => {
    if (closed) return Promise.resolve(E.left(closedError))
    const checked = checkAppend(request)
    if (E.isLeft(checked)) return Promise.resolve(checked)
    if (!link.isUp()) return Promise.resolve(E.left(away))
    const result = link.through(appendOn(parts, request), E.left(outcomeUnknown('the connection was lost')))
    running.add(result)
    return result.finally(() => running.delete(result))
  }

  const readAll: EventStore['readAll'] = (after, limit) => () =>
    read(async (): Promise<E.Either<ReadError, LogPage>> => {
      const [checked, named] = [checkLimit(limit), placeAfter(after)]
      if (E.isLeft(checked)) return checked
      return E.isLeft(named) ? named : parts.readPage(log, { after, named: named.right, limit }, parts.pause)
    })

  return {
    append: (stream, expected, [first, ...rest]) => {
      // Copied: what the caller does to its objects afterwards does not reach the log.
      const events = [{ ...first }, ...rest.map((event) => ({ ...event }))] as const
      return () => append({ stream, expected, events })
    },
    readStream: (query) => () =>
      read(async () => {
        await parts.pause()
        return E.map(() => streamPage(log, query))(checkStreamQuery(query))
      }),
    readAll,
    subscribe: (after) => () =>
      read(() => Promise.resolve(E.map(() => subscription(readAll, bell, after))(placeAfter(after)))),
    close: async () => {
      closed = true
      bell.ring()
      await Promise.all(running)
    },
  }
}

/** An append as the server carries it out, whether or not somebody still waits for the reply. */
const appendOn = async (
  { log, link, bell, variant, pause, losesReply }: ServerParts,
  request: AppendRequest,
): Promise<E.Either<AppendError, Appended>> => {
  const stops = link.stops()
  const prepared = await prepare(log, request, { variant, pause })
  if (E.isLeft(prepared)) return prepared
  if (!isPrepared(prepared.right)) return losesReply() ? E.left(replyLost) : E.right(prepared.right)
  await pause()
  if (link.stops() !== stops) {
    prepared.right.abort()
    return E.left(outcomeUnknown('the server was stopped'))
  }
  prepared.right.commit()
  bell.ring()
  return losesReply() ? E.left(replyLost) : E.right(prepared.right.appended)
}

const replyLost = outcomeUnknown('the reply was lost')

const streamPage = (log: SimulatedLog, query: StreamQuery): StreamPage => ({
  events: streamPageOf(log.stream(query.stream), query),
  head: O.fromNullable(log.head(query.stream)),
})

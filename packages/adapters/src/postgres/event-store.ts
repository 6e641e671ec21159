import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { closed as closedError } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, ReadError, Unavailable } from '@detrics/keys-domain'
import { placeAfter, type NamedPlace } from '../shared/position.js'
import { checkAppend, checkLimit, checkStreamQuery } from '../shared/request.js'
import type { AppendRequest } from '../shared/request.js'
import { subscription } from '../shared/subscription.js'
import { immediately, once } from '../shared/task.js'
import { appendQueue } from './append-queue.js'
import { explain, readFault } from './fault.js'
import { readLog, readStreamPage } from './log-reader.js'
import type { LogToRead } from './log-reader.js'
import { openLogSession } from './log-session.js'
import type { LogSession } from './log-session.js'
import { logWriter } from './log-writer.js'
import { highestMark } from './mark.js'
import { prepareLog } from './migration.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'
import { readers } from './readers.js'
import type { Readers } from './readers.js'
import { connectMs, openSession } from './session.js'
import { targetFrom } from './target.js'
import type { PostgresSettings, Target } from './target.js'
import { wakeUp, wakeUpSettings } from './wake-up.js'

/**
 * Opens the log in a schema of a PostgreSQL database of version 15 or later, and makes it when there is none. Several
 * processes may share a log, and several logs a database; a process takes up to six connections for each.
 *
 * It is refused where an acknowledged append could be lost: `fsync`, `full_page_writes` or `synchronous_commit` off, a
 * replica, a log whose sequence stands behind it. Every call is answered within 10 s, whatever becomes of the server.
 */
export const openPostgresEventStore =
  (settings: PostgresSettings): TaskEither<OpenError, EventStore> =>
  async () => {
    const target = targetFrom(settings)
    if (E.isLeft(target)) return target
    const prepared = await prepareLog(target.right)
    if (E.isLeft(prepared)) return E.left(cannotOpen(prepared.left))
    const marks = highestMark()
    const forReading = readers(() => openLogSession(target.right, { purpose: 'reading' }), marks.forget)
    const first = await forReading.next()
    if (E.isRight(first))
      return E.right(eventStoreOn({ schema: target.right.schema, marks }, target.right, forReading))
    await forReading.close()
    return E.left(cannotOpen(explain(first.left.code)))
  }

const eventStoreOn = ({ schema, marks }: LogToRead, target: Target, forReading: Readers): EventStore => {
  const waking = wakeUp(() => openSession(target, { purpose: 'waking', settings: wakeUpSettings }), schema)
  const running = new Set<Promise<unknown>>()
  let writing: LogSession | undefined
  let closed = false

  const queue = appendQueue(async (withinMs) => {
    const opened = await openLogSession(target, {
      purpose: 'appending',
      withinMs: Math.min(connectMs, Math.max(1, withinMs)),
    })
    if (E.isRight(opened)) writing = opened.right
    return E.map((session: LogSession) => logWriter(session, schema))(opened)
  }, waking.announce)

  const read =
    <L extends ReadError, A>(
      check: E.Either<ReadError, (session: LogSession) => Promise<E.Either<L, A>>>,
    ): TaskEither<ReadError, A> =>
    () => {
      if (closed) return Promise.resolve(E.left(closedError))
      if (E.isLeft(check)) return Promise.resolve(check)
      const reading = readBy(forReading, check.right)
      running.add(reading)
      return reading.finally(() => running.delete(reading))
    }

  const readAll: EventStore['readAll'] = (after, limit) => {
    const checked = E.chainW(() => placeAfter(after))(checkLimit(limit))
    return read(
      E.map(
        (named: NamedPlace | undefined) => (session: LogSession) =>
          readLog(session, { schema, marks }, { named, after, limit }),
      )(checked),
    )
  }

  const append = (request: AppendRequest): Promise<E.Either<AppendError, Appended>> => {
    if (closed) return Promise.resolve(E.left(closedError))
    const checked = checkAppend(request)
    return E.isLeft(checked) ? Promise.resolve(checked) : queue.add(request)
  }

  return {
    append: (stream, expected, events) => () => append({ stream, expected, events }),
    readStream: (query) =>
      read(
        E.map(() => (session: LogSession) => readStreamPage(session, schema, query))(checkStreamQuery(query)),
      ),
    readAll,
    subscribe: (after) =>
      immediately((): E.Either<ReadError, ReturnType<typeof subscription>> => {
        if (closed) return E.left(closedError)
        return E.map(() => subscription(readAll, waking, after))(placeAfter(after))
      }),
    close: once(async () => {
      closed = true
      waking.ring()
      // Each has a deadline, so this ends.
      await Promise.allSettled([queue.drained(), ...running])
      await Promise.all([writing?.close(), forReading.close(), waking.close()])
    }),
  }
}

/** A session that the server has ended is found out by the first read over it, which is made once more then. */
const readBy = async <L extends ReadError, A>(
  { next }: Readers,
  work: (session: LogSession) => Promise<E.Either<L, A>>,
): Promise<E.Either<L | Unavailable, A>> => {
  const begun = performance.now()
  for (let attempt = 1; ; attempt++) {
    const session = await next()
    if (E.isLeft(session)) return E.left(readFault(session.left))
    const result = await work(session.right)
    const mayRepeat = attempt === 1 && session.right.isLost() && performance.now() - begun < repeatWithinMs
    if (E.isRight(result) || !mayRepeat) return result
  }
}

const repeatWithinMs = 1_000

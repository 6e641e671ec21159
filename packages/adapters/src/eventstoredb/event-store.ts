import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { closed as closedError, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, ReadError } from '@detrics/keys-domain'
import { bell } from '../shared/bell.js'
import { placeAfter } from '../shared/position.js'
import { checkAppend, checkLimit, checkStreamQuery } from '../shared/request.js'
import type { AppendRequest } from '../shared/request.js'
import { subscription } from '../shared/subscription.js'
import { immediately, once } from '../shared/task.js'
import { connect } from './client.js'
import type { Client } from './client.js'
import { targetFrom } from './connection-string.js'
import type { EventStoreDbSettings, Target } from './connection-string.js'
import { unavailableFrom } from './faults.js'
import { logReader } from './log-reader.js'
import { logWriter } from './log-writer.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'
import { streamEvents } from './stream-events.js'
import { readStreamPage } from './stream-reader.js'
import { watchStreams } from './watch.js'

const openMsMax = 5_000
/** The most appends of one store at a time; more are refused. */
const runningMax = 1_024

/**
 * Opens the log in an EventStoreDB or KurrentDB server of version 22.6 or later, the leader of a cluster if it is one.
 * Several logs can live in one server, and several processes can share a log.
 *
 * The server takes 1 MiB for one append, and does not notice an id that is stored in another stream or at another place
 * already; the port's other promises hold. Deleting or truncating streams damages a log, and is told as `Unavailable`.
 */
export const openEventStoreDbEventStore =
  (settings: EventStoreDbSettings): TaskEither<OpenError, EventStore> =>
  async () => {
    const target = targetFrom(settings)
    if (E.isLeft(target)) return target
    const client = clientFor(target.right)
    if (E.isLeft(client)) return client
    // Reading the end shows that the server is there, leads, and lets this account read everything.
    const end = await client.right.readAll({ direction: 'backwards', from: 'end', count: 1 }, openMsMax)
    if (E.isRight(end)) return E.right(eventStoreOn(client.right, target.right))
    await client.right.dispose()
    return E.left(cannotOpen(unavailableFrom(end.left).cause))
  }

/** What the client throws quotes the connection string, so it is not passed on. */
const clientFor = ({ url }: Target): E.Either<OpenError, Client> =>
  E.tryCatch(
    () => connect(url),
    () => cannotOpen('the connection string is refused by the client, or a certificate file is missing'),
  )

const eventStoreOn = (client: Client, { prefix, appendMsMax }: Target): EventStore => {
  const streams = streamEvents(client, prefix)
  const writeToLog = logWriter(client, streams, { prefix, appendMsMax })
  const readLog = logReader(client, prefix)
  const watch = watchStreams(client, `${prefix}-`)
  const wakeUp = bell(watch.whileListened)
  const running = new Set<Promise<unknown>>()
  let closed = false

  const read =
    <A>(work: () => Promise<E.Either<ReadError, A>>): TaskEither<ReadError, A> =>
    async () => {
      if (closed) return E.left(closedError)
      const result = await work()
      // Closing cuts off a read that is under way, which then looks as if it had come to its end.
      return closed ? E.left(closedError) : result
    }

  const readAll: EventStore['readAll'] = (after, limit) =>
    read(async () => {
      const checked = checkLimit(limit)
      if (E.isLeft(checked)) return checked
      const place = placeAfter(after)
      return E.isLeft(place) ? place : readLog(after, place.right, limit)
    })

  const append = async (request: AppendRequest): Promise<E.Either<AppendError, Appended>> => {
    if (closed) return E.left(closedError)
    const checked = checkAppend(request)
    if (E.isLeft(checked)) return checked
    if (running.size >= runningMax) return E.left(unavailable('too many appends are under way'))
    const appending = writeToLog(request)
    running.add(appending)
    const result = await appending.finally(() => running.delete(appending))
    if (E.isRight(result)) wakeUp.ring()
    return result
  }

  return {
    append: (stream, expected, events) => () => append({ stream, expected, events }),
    readStream: (query) =>
      read(async () => {
        const checked = checkStreamQuery(query)
        return E.isLeft(checked) ? checked : readStreamPage(streams, query)
      }),
    readAll,
    subscribe: (after) =>
      immediately((): E.Either<ReadError, ReturnType<typeof subscription>> => {
        if (closed) return E.left(closedError)
        return E.map(() => subscription(readAll, wakeUp, after))(placeAfter(after))
      }),
    close: once(async () => {
      closed = true
      wakeUp.ring()
      watch.close()
      // Each has a deadline, so this ends.
      await Promise.allSettled(running)
      await client.dispose()
    }),
  }
}

import type Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { closed as closedError } from '@detrics/keys-domain'
import type { AppendError, Appended, Closed, EventStore, ReadError } from '@detrics/keys-domain'
import { bell } from '../shared/bell.js'
import { placeAfter, type NamedPlace } from '../shared/position.js'
import { checkAppend, checkLimit, checkStreamQuery } from '../shared/request.js'
import type { AppendRequest } from '../shared/request.js'
import { subscription } from '../shared/subscription.js'
import { immediately, once } from '../shared/task.js'
import { appendQueue } from './append-queue.js'
import { lockDeadlineMs, retryWhileBusy } from './busy.js'
import { closeConnection, openConnection } from './connection.js'
import type { ConnectionSettings } from './durability.js'
import { logReader } from './log-reader.js'
import { logForm } from './log-schema.js'
import { logWriter, sqliteUnavailable } from './log-writer.js'
import type { LogWriter } from './log-writer.js'
import type { OpenError } from '../shared/open-error.js'
import { sameFile } from './same-file.js'
import { tailPollMs, watchTail } from './tail-watch.js'

/** Durable: a commit is acknowledged when it is on the medium. Checkpoints are as frequent as SQLite itself has them. */
const durable: StoreSettings = {
  synchronous: 'FULL',
  walAutocheckpoint: 1_000,
  lockDeadlineMs,
  pollMs: tailPollMs,
}

export interface StoreSettings extends ConnectionSettings {
  /** How long an append waits for the appends of other processes before it is `Unavailable`. */
  readonly lockDeadlineMs: number
  /** How often a reader that waits looks for appends by other processes. */
  readonly pollMs: number
}

/**
 * Opens the log in an SQLite file, and makes it when there is none. Several processes may share one file.
 *
 * A commit by any process is seen by every read that begins after it, in every process.
 */
export const openSqliteEventStore = (settings: {
  readonly file: string
}): TaskEither<OpenError, EventStore> => openSqliteEventStoreWith(settings.file, durable)

/** With settings of its own: for controls that show what is lost without durability, and for impatient tests. */
export const openSqliteEventStoreWith =
  (file: string, changes: Partial<StoreSettings>): TaskEither<OpenError, EventStore> =>
  async () => {
    const settings = { ...durable, ...changes }
    const writer = await openConnection(file, logForm, settings)()
    if (E.isLeft(writer)) return writer
    const reader = await openConnection(file, logForm, settings)()
    if (E.isLeft(reader)) {
      closeConnection(writer.right)
      return reader
    }
    reader.right.pragma('query_only = ON')
    return E.right(sqliteEventStoreOn({ writer: writer.right, reader: reader.right }, settings))
  }

/** Two connections: a read never waits for an append of this process and sees nothing that is not committed. */
interface Connections {
  readonly writer: Database.Database
  readonly reader: Database.Database
}

const sqliteEventStoreOn = (connections: Connections, settings: StoreSettings): EventStore => {
  const reader = logReader(connections.reader)
  const isSameFile = sameFile(connections.writer.name)
  const wakeUp = bell(watchTail(reader.tail, settings.pollMs))
  const writer = logWriter(connections.writer)
  const begin: LogWriter['begin'] = () => E.chain(writer.begin)(isSameFile())
  const queue = appendQueue({ ...writer, begin }, wakeUp.ring, settings.lockDeadlineMs)
  let closed = false

  /** `work` runs in the tick in which the task is run, so that it sees what was committed before. */
  const read =
    <A>(work: () => E.Either<ReadError, A>): TaskEither<ReadError, A> =>
    () => {
      const same = isSameFile()
      if (E.isLeft(same)) return Promise.resolve(E.left(closed ? closedError : sqliteUnavailable(same.left)))
      return retryWhileBusy(() => (closed ? E.left(closedError) : work()))().then((result) =>
        E.isLeft(result) ? E.left(sqliteUnavailable(result.left)) : result.right,
      )
    }

  const readAll: EventStore['readAll'] = (after, limit) =>
    read(() => {
      const checked = checkLimit(limit)
      if (E.isLeft(checked)) return checked
      return E.chainW((named: NamedPlace | undefined) => reader.readAll({ named, after, limit }))(
        placeAfter(after),
      )
    })

  const append = (request: AppendRequest): Promise<E.Either<AppendError, Appended>> => {
    if (closed) return Promise.resolve(E.left(closedError))
    const checked = checkAppend(request)
    return E.isLeft(checked) ? Promise.resolve(checked) : queue.add(request)
  }

  return {
    append: (stream, expected, events) => () => append({ stream, expected, events }),
    readStream: (query) => read(() => E.map(() => reader.readStream(query))(checkStreamQuery(query))),
    readAll,
    subscribe: (after) =>
      immediately((): E.Either<ReadError, ReturnType<typeof subscription>> => {
        if (closed) return E.left<Closed>(closedError)
        return E.map(() => subscription(readAll, wakeUp, after))(placeAfter(after))
      }),
    close: once(async () => {
      closed = true
      wakeUp.ring()
      await queue.drained()
      closeConnection(connections.reader)
      closeConnection(connections.writer)
    }),
  }
}

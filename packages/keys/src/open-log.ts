import {
  decodeLogOpened,
  encodeLogOpened,
  logStream,
  noStream,
  type EventStore,
  type Ids,
  type LogOpened,
  type LogPage,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { cannotOpen, type CannotOpen } from './open-error.js'

const attemptsMax = 5

/**
 * Learns which log this is, and begins it if it is empty. Its first event also holds the length of the lease, which all
 * processes must agree on; a process that is configured otherwise must not serve.
 */
export const openLog =
  (store: EventStore, ids: Ids, leaseMs: number): TaskEither<CannotOpen, LogOpened> =>
  async () => {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const page = await store.readStream({
        stream: logStream,
        direction: 'forwards',
        from: 'start',
        limit: 1,
      })()
      if (E.isLeft(page)) return E.left(cannotOpen(`The store cannot be read: ${page.left._tag}.`))
      const first = page.right.events[0]
      if (first !== undefined)
        return E.chain(agreesOn(leaseMs))(E.mapLeft(cannotOpen)(decodeLogOpened(first)))
      const others = await store.readAll(O.none, 1)()
      if (E.isLeft(others)) return E.left(cannotOpen(`The store cannot be read: ${others.left._tag}.`))
      if (isForeign(others.right))
        return E.left(cannotOpen('The store holds a log that is not of Detrics Keys.'))
      // Another process may begin the same log at this moment: whoever comes second reads what the first one wrote.
      const opened = encodeLogOpened(ids.eventId(), { logId: ids.correlationId(), leaseMs })
      await store.append(logStream, noStream, [opened])()
    }
    return E.left(cannotOpen('The log could not be begun: the store takes no events.'))
  }

const agreesOn =
  (leaseMs: number) =>
  (opened: LogOpened): E.Either<CannotOpen, LogOpened> =>
    opened.leaseMs === leaseMs
      ? E.right(opened)
      : E.left(
          cannotOpen(
            `This log is used with a lease of ${opened.leaseMs} ms and this process is set to ${leaseMs} ms; ` +
              'all processes on one log must use the same.',
          ),
        )

/** Events of others; the log's own beginning, written meanwhile by another process, is none. */
const isForeign = ({ events }: LogPage): boolean => events.some(({ stream }) => stream !== logStream)

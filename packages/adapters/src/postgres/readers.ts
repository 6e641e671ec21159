import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from './fault.js'
import { unsent } from './fault.js'
import type { LogSession } from './log-session.js'

/** Sessions for reads; opened as they are needed, at most so many. */
export interface Readers {
  /** A session to read by, the one with the least to do. */
  readonly next: () => Promise<E.Either<Fault, LogSession>>
  readonly close: () => Promise<void>
}

const sessionsMax = 4

export const readers = (open: () => Promise<E.Either<Fault, LogSession>>, onLost: () => void): Readers => {
  const sessions = new Set<LogSession>()
  let opening: Promise<E.Either<Fault, LogSession>> | undefined
  let closed = false

  const openOne = (): Promise<E.Either<Fault, LogSession>> =>
    (opening ??= open().then(async (opened) => {
      opening = undefined
      if (E.isLeft(opened)) return opened
      if (closed) {
        await opened.right.close()
        return E.left(unsent('the store was closed'))
      }
      sessions.add(opened.right)
      opened.right.onLost(() => {
        sessions.delete(opened.right)
        onLost()
      })
      return opened
    }))

  const next: Readers['next'] = () => {
    let least: LogSession | undefined
    for (const session of sessions)
      if (!session.isLost() && (least === undefined || session.underWay() < least.underWay())) least = session
    if (least === undefined) return openOne()
    // A long page holds up what is asked behind it, so one more session is opened for the reads to come.
    if (least.underWay() > 0 && sessions.size < sessionsMax && !closed) void openOne()
    return Promise.resolve(E.right(least))
  }

  return {
    next,
    close: async () => {
      closed = true
      await Promise.all([opening, ...[...sessions].map((session) => session.close())])
    },
  }
}

import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import Database from 'better-sqlite3'
import { jitterMs } from '../shared/task.js'

/** SQLite did not do it. `busy`: another process holds the lock, and the next attempt may succeed. */
export interface SqliteFault {
  readonly busy: boolean
  /** SQLite's own code, e.g. `SQLITE_FULL`; it names no value of any event. */
  readonly code: string
}

/** How long SQLite itself waits for a lock. It blocks the event loop meanwhile, so the rest is waited for outside. */
export const busyTimeoutMs = 5
/** How long a call waits for a lock in all. */
export const lockDeadlineMs = 5_000

const retryBaseMs = 2
const retryCapMs = 25

/** The wait before the next attempt at a lock. */
export const lockPauseMs = (attempt: number): number => 1 + jitterMs(attempt, retryBaseMs, retryCapMs)

/** Runs a synchronous piece of work with SQLite and turns what it throws into a value; a bug of ours stays thrown. */
export const attempt = <A>(work: () => A): E.Either<SqliteFault, A> => {
  try {
    return E.right(work())
  } catch (error) {
    if (error instanceof Database.SqliteError) return E.left({ busy: isBusy(error.code), code: error.code })
    throw error
  }
}

/** The first attempt is made in the tick in which the task is run: a read sees what was committed before it. */
export const retryWhileBusy =
  <A>(work: () => A): TaskEither<SqliteFault, A> =>
  () => {
    const first = attempt(work)
    return E.isLeft(first) && first.left.busy ? retry(work, first) : Promise.resolve(first)
  }

const retry = async <A>(
  work: () => A,
  first: E.Either<SqliteFault, A>,
): Promise<E.Either<SqliteFault, A>> => {
  const deadline = performance.now() + lockDeadlineMs
  let latest = first
  for (let count = 1; E.isLeft(latest) && latest.left.busy && performance.now() < deadline; count++) {
    await new Promise((resolve) => setTimeout(resolve, lockPauseMs(count)))
    latest = attempt(work)
  }
  return latest
}

const isBusy = (code: string): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)

import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
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
    const code = textOf(error, 'code')
    if (code === undefined || !code.startsWith('SQLITE_')) throw error
    return E.left({ busy: isBusy(code), code })
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

/**
 * A property of something that was thrown. Not by `instanceof`: the driver keeps the error class of whichever realm
 * loaded it first, and Node's own modules throw errors of theirs.
 */
export const textOf = (error: unknown, name: 'code' | 'message'): string | undefined => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === 'string' ? value : undefined
}

import { statSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import type { SqliteFault } from './busy.js'

/** How long the file may be taken for the one that was opened without looking: a look takes a few microseconds. */
const lookEveryMs = 10

/**
 * Says whether the name of the log still means the file that is open. A file that is removed or replaced under a running
 * process stays open and takes appends, but no other process sees them, they are gone with this one, and what is
 * revoked in the new file stays active here.
 */
export const sameFile = (file: string): (() => E.Either<SqliteFault, void>) => {
  const opened = identityOf(file)
  let lookedAt = performance.now()
  let found: E.Either<SqliteFault, void> = E.right(undefined)
  return () => {
    const now = performance.now()
    if (now - lookedAt < lookEveryMs) return found
    lookedAt = now
    found = identityOf(file) === opened ? E.right(undefined) : E.left(replaced)
    return found
  }
}

const replaced: SqliteFault = { busy: false, code: 'the file was removed or replaced since it was opened' }

const identityOf = (file: string): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`
}

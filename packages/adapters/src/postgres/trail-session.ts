import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { TrailError } from '@detrics/keys-domain'
import { trailUnavailable } from '../shared/trail.js'
import { isCollision } from './fault.js'
import type { Fault } from './fault.js'
import { openSession } from './session.js'
import type { Rows, Session, Statement } from './session.js'
import type { Target } from './target.js'

/** How often a statement is repeated that PostgreSQL has undone because it was in the way of another one. */
const repeatsMax = 3

/**
 * What sessions of the trail are set to, beyond what all are.
 *
 * `synchronous_commit` is off, which is right here and only here: a crash of the server may take the last commits, but
 * lines and checkpoint together, and what is missing is read from the log again. Waiting for the disk would buy nothing.
 *
 * Whole results are not sorted: the statements for pages rely on it.
 */
export const trailSettings = `
SET synchronous_commit = off;
SET enable_sort = off;
`

export const openTrailSession = (target: Target): Promise<E.Either<Fault, Session>> =>
  openSession(target, { purpose: 'trail', settings: trailSettings })

export type Run = (statement: Statement) => TaskEither<TrailError, Rows>

/** A session that is opened when it is needed, and again when it was lost. No call takes longer than that and one answer. */
export interface TrailLine {
  readonly run: Run
  /** Nothing must be under way, or run afterwards. */
  readonly close: () => Promise<void>
}

export const trailLine = (target: Target): TrailLine => {
  let current: Promise<E.Either<Fault, Session>> | undefined

  /** Whoever comes while a session is being opened shares it, and what becomes of it. */
  const connected = async (): Promise<E.Either<Fault, Session>> => {
    const before = current
    const held = await before
    if (held !== undefined && E.isRight(held) && !held.right.isLost()) return held
    if (current === before) current = openTrailSession(target)
    return current ?? openTrailSession(target)
  }

  const once = async (statement: Statement): Promise<E.Either<Fault, Rows>> => {
    const session = await connected()
    return E.isLeft(session) ? session : session.right.run(statement)
  }

  const repeated = async (statement: Statement): Promise<E.Either<TrailError, Rows>> => {
    let result = await once(statement)
    for (let count = 0; count < repeatsMax && E.isLeft(result) && isCollision(result.left); count++)
      result = await once(statement)
    return E.mapLeft(({ code }: Fault) => trailUnavailable(code))(result)
  }

  return {
    run: (statement) => () => repeated(statement),
    close: async () => {
      const session = await current
      if (session !== undefined && E.isRight(session)) await session.right.close()
    },
  }
}

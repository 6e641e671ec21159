import type { TrailError } from '@detrics/keys-domain'
import type { TrailRunnerError } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { whyUnread } from './trouble.js'

/** Asks the audit trail a question, with everything in it that was committed before the call; or why it cannot. */
export type TrailReader = <A>(question: TE.TaskEither<TrailError, A>) => TE.TaskEither<string, A>

export const trailReader =
  (catchUp: TE.TaskEither<TrailRunnerError, void>, tell: (cause: string | undefined) => void): TrailReader =>
  (question) =>
  async () => {
    const answer = await pipe(
      catchUp,
      TE.chainW(() => question),
      TE.mapLeft(whyUnread),
    )()
    tell(E.isLeft(answer) ? answer.left : undefined)
    return answer
  }

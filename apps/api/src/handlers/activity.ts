import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Handler } from '../call.js'
import { problemOf } from '../problems.js'

export const reviewActivity: Handler<'reviewActivity'> = ({ keys, params, query: { cursor, ...rest } }) =>
  pipe(
    keys.activity({ ...params, ...rest, ...(cursor === undefined ? {} : { before: cursor }) }),
    TE.bimap(problemOf, ({ entries, next }) => ({
      body: { entries, next: O.isSome(next) ? next.value.toString() : null },
    })),
  )

import {
  loadRing,
  present,
  trailPageLimitMax,
  type AuditTrailStore,
  type Environment,
  type KeyId,
  type LoadedRing,
  type RingKey,
  type WorkspaceId,
} from '@detrics/keys-domain'
import type { TrailRunnerError } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { storeUnavailable, type KeysError } from './errors.js'
import { checkInstant, checkKeyId, checkLimit, checkWorkspaceId, invalidInput, optional } from './inputs.js'
import type { Keys } from './keys.js'
import { keyView } from './views.js'

const listLimitMax = 200

/** What the questions about a workspace are answered from. */
export interface QueryPorts {
  readonly environment: Environment
  readonly trail: AuditTrailStore
  /** Brings the trail up to everything that was committed before the call. */
  readonly catchUpTrail: TE.TaskEither<TrailRunnerError, void>
}

/** The questions: each is answered with everything that was committed before it was asked. */
export const queries = (ports: QueryPorts): Pick<Keys, 'get' | 'list' | 'activity'> => ({
  get: getKey(ports),
  list: listKeys(ports),
  activity: reviewActivity(ports),
})

const getKey =
  ({ environment }: QueryPorts): Keys['get'] =>
  (request) =>
    pipe(
      checkWorkspaceId(request.workspaceId),
      E.bindTo('workspaceId'),
      E.bind('keyId', () => checkKeyId(request.keyId)),
      TE.fromEither,
      TE.chain(({ workspaceId, keyId }) =>
        pipe(
          ringOf(environment, workspaceId),
          TE.chain(({ ring }) => TE.fromNullable<KeysError>({ _tag: 'KeyNotFound' })(ring.keys.get(keyId))),
          TE.map((key) => keyView(environment.prefixes, workspaceId, key, environment.clock.now())),
        ),
      ),
    )

const listKeys =
  ({ environment }: QueryPorts): Keys['list'] =>
  (request) =>
    pipe(
      checkWorkspaceId(request.workspaceId),
      E.bindTo('workspaceId'),
      E.bind('limit', () => checkLimit(request.limit, listLimitMax)),
      E.bind('after', () => optional(request.after, checkCursor)),
      TE.fromEither,
      TE.chain(({ workspaceId, limit, after }) =>
        pipe(
          ringOf(environment, workspaceId),
          TE.map(({ ring }) => {
            const now = environment.clock.now()
            const { keys, next } = newestFirst(Array.from(ring.keys.values()), limit, after)
            return { keys: keys.map((key) => keyView(environment.prefixes, workspaceId, key, now)), next }
          }),
        ),
      ),
    )

const reviewActivity =
  ({ trail, catchUpTrail }: QueryPorts): Keys['activity'] =>
  (request) =>
    pipe(
      checkWorkspaceId(request.workspaceId),
      E.bindTo('workspaceId'),
      E.bind('limit', () => checkLimit(request.limit, trailPageLimitMax)),
      E.bind('since', () => optional(request.since, (at) => checkInstant('since', at))),
      E.bind('before', () => optional(request.before, checkSequence)),
      E.bind('keyId', () => optional(request.keyId, checkKeyId)),
      TE.fromEither,
      TE.chain((query) =>
        pipe(
          catchUpTrail,
          TE.chainW(() => trail.page(present(query))),
          TE.mapLeft(unavailable),
        ),
      ),
    )

const ringOf = (environment: Environment, workspaceId: WorkspaceId): TE.TaskEither<KeysError, LoadedRing> =>
  TE.mapLeft(unavailable)(loadRing(environment)(workspaceId))

const unavailable = (error: { readonly _tag: string; readonly cause?: string }): KeysError =>
  storeUnavailable(error.cause ?? error._tag)

const checkCursor = (input: string): E.Either<KeysError, KeyId> =>
  E.mapLeft(() => invalidInput('after', 'Give the `next` of the page before, or leave it out.'))(
    checkKeyId(input),
  )

const checkSequence = (input: number): E.Either<KeysError, number> =>
  Number.isSafeInteger(input) && input >= 1
    ? E.right(input)
    : E.left(invalidInput('before', 'Give the `next` of the page before, or leave it out.'))

/** Key ids are UUIDs of version 7: their order is the order of creation. */
const newestFirst = (
  keys: ReadonlyArray<RingKey>,
  limit: number,
  after: KeyId | undefined,
): { readonly keys: ReadonlyArray<RingKey>; readonly next: O.Option<KeyId> } => {
  const rest = keys
    .filter(({ keyId }) => after === undefined || keyId < after)
    .sort((a, b) => (a.keyId < b.keyId ? 1 : -1))
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  return { keys: page, next: rest.length > limit && last !== undefined ? O.some(last.keyId) : O.none }
}

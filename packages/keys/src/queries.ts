import {
  loadRing,
  present,
  trailPageLimitMax,
  type AuditTrailStore,
  type Environment,
  type KeyId,
  type KeyRing,
  type LoadedRing,
  type RingKey,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { storeUnavailable, type KeysError } from './errors.js'
import { checkInstant, checkKeyId, checkLimit, checkWorkspaceId, invalidInput, optional } from './inputs.js'
import type { KeyView, Keys } from './keys.js'
import { withLastUses } from './last-uses.js'
import { checkSearch, keyFinder } from './search.js'
import type { TrailReader } from './trail-reader.js'
import { keyView, statusOf } from './views.js'

const listLimitMax = 200

/** What the questions about a workspace are answered from. */
export interface QueryPorts {
  readonly environment: Environment
  readonly trail: AuditTrailStore
  readonly readTrail: TrailReader
}

/** The questions: each is answered with everything that was committed before it was asked. */
export const queries = (ports: QueryPorts): Pick<Keys, 'get' | 'list' | 'activity'> => ({
  get: getKey(ports),
  list: listKeys(ports),
  activity: reviewActivity(ports),
})

const getKey = ({ environment, trail, readTrail }: QueryPorts): Keys['get'] => {
  const addLastUses = withLastUses(trail, readTrail)
  return (request) =>
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
          TE.chainTaskK((key) =>
            T.map(([shown = key]: ReadonlyArray<KeyView>) => shown)(addLastUses(workspaceId, [key])),
          ),
        ),
      ),
    )
}

const listKeys = ({ environment, trail, readTrail }: QueryPorts): Keys['list'] => {
  const { prefixes, clock } = environment
  const addLastUses = withLastUses(trail, readTrail)
  const finder = keyFinder(prefixes)
  return (request) =>
    pipe(
      checkWorkspaceId(request.workspaceId),
      E.bindTo('workspaceId'),
      E.bind('limit', () => checkLimit(request.limit, listLimitMax)),
      E.bind('after', () => optional(request.after, checkCursor)),
      E.bind('search', () => optional(request.search, checkSearch)),
      TE.fromEither,
      TE.chain(({ workspaceId, limit, after, search }) =>
        pipe(
          ringOf(environment, workspaceId),
          TE.chainTaskK(({ ring }) => {
            const now = clock.now()
            const isFound = search === undefined ? () => true : finder(search)
            const isWanted = (key: RingKey): boolean =>
              (after === undefined || key.keyId < after) &&
              (request.status === undefined || statusOf(key, now) === request.status) &&
              isFound(key)
            const { keys, next } = newestFirst(ring, limit, isWanted)
            const views = keys.map((key) => keyView(prefixes, workspaceId, key, now))
            return T.map((shown: ReadonlyArray<KeyView>) => ({ keys: shown, next }))(
              addLastUses(workspaceId, views),
            )
          }),
        ),
      ),
    )
}

const reviewActivity =
  ({ trail, readTrail }: QueryPorts): Keys['activity'] =>
  (request) =>
    pipe(
      checkWorkspaceId(request.workspaceId),
      E.bindTo('workspaceId'),
      E.bind('limit', () => checkLimit(request.limit, trailPageLimitMax)),
      E.bind('since', () => optional(request.since, (at) => checkInstant('since', at))),
      E.bind('until', () => optional(request.until, (at) => checkInstant('until', at))),
      E.bind('before', () => optional(request.before, checkSequence)),
      E.bind('keyId', () => optional(request.keyId, checkKeyId)),
      TE.fromEither,
      TE.chainW((checked) => {
        const { kind, outcome } = request
        return TE.mapLeft(storeUnavailable)(readTrail(trail.page(present({ ...checked, kind, outcome }))))
      }),
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

/** Key ids are UUIDs of version 7: their order is the order of creation, and nearly that in which a ring holds them. */
const newestFirst = (
  { keys }: Pick<KeyRing, 'keys'>,
  limit: number,
  isWanted: (key: RingKey) => boolean,
): { readonly keys: ReadonlyArray<RingKey>; readonly next: O.Option<KeyId> } => {
  const page: Array<RingKey> = []
  for (const key of Array.from(keys.values()).sort((a, b) => (a.keyId < b.keyId ? 1 : -1))) {
    if (!isWanted(key)) continue
    const last = page.at(-1)
    // One more than asked for was found: there is a next page.
    if (last !== undefined && page.length === limit) return { keys: page, next: O.some(last.keyId) }
    page.push(key)
  }
  return { keys: page, next: O.none }
}

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ReadError } from '../event-store/errors.js'
import { revision, type Revision } from '../event-store/event.js'
import { decodeKeyRingEvent, keyRingStream, type Unreadable } from '../key-ring/codec.js'
import { fold } from '../key-ring/state.js'
import type { WorkspaceId } from '../values/workspace-id.js'
import type { Environment } from './environment.js'
import { commandUnavailable, type CommandUnavailable } from './errors.js'
import { nothingLoaded, type LoadedRing } from './ring-cache.js'

const pageLimit = 1_000
const attemptsMax = 1_000
const pauseMsMax = 200

/** The ring of a workspace with everything that was committed before the call; reads only what is not cached. */
export const loadRing =
  (environment: Pick<Environment, 'store' | 'rings'>) =>
  (workspaceId: WorkspaceId): TE.TaskEither<CommandUnavailable, LoadedRing> =>
    TE.mapLeft(notLoaded)(readRing(environment, workspaceId))

/** The same, tried again until the deadline while the store is away. */
export const loadRingSurely = async (
  environment: Pick<Environment, 'store' | 'rings' | 'clock'>,
  workspaceId: WorkspaceId,
  deadlineMs: number,
): Promise<E.Either<CommandUnavailable, LoadedRing>> => {
  const { clock } = environment
  for (let attempt = 1; ; attempt += 1) {
    const loaded = await readRing(environment, workspaceId)()
    if (E.isRight(loaded)) return loaded
    const isLast = attempt === attemptsMax || clock.monotonicMs() >= deadlineMs
    if (isLast || loaded.left._tag !== 'Unavailable') return E.left(notLoaded(loaded.left))
    await clock.pause(Math.min(pauseMsMax, 2 ** attempt))()
  }
}

const notLoaded = (error: ReadError | Unreadable): CommandUnavailable => {
  if (error._tag !== 'Unreadable') return commandUnavailable('cause' in error ? error.cause : error._tag)
  const { type, schema } = error.event
  return commandUnavailable(`event ${type} of schema ${schema} cannot be read`)
}

const readRing =
  (
    { store, rings }: Pick<Environment, 'store' | 'rings'>,
    workspaceId: WorkspaceId,
  ): TE.TaskEither<ReadError | Unreadable, LoadedRing> =>
  async () => {
    let loaded = rings.get(workspaceId)
    // Ends: each page moves the head forward, and the stream that was there when the call began is finite.
    for (;;) {
      const page = await store.readStream({
        stream: keyRingStream(workspaceId),
        direction: 'forwards',
        from: O.isSome(loaded.head) ? revision(loaded.head.value + 1n) : 'start',
        limit: pageLimit,
      })()
      if (E.isLeft(page)) return page
      if (isBehind(page.right.head, loaded.head)) {
        // The log was put back to an older state: what is cached never happened there.
        loaded = nothingLoaded
        continue
      }
      const entries = E.traverseArray(decodeKeyRingEvent)(page.right.events)
      if (E.isLeft(entries)) return entries
      loaded = { ring: fold(loaded.ring, entries.right), head: lastRevision(page.right.events, loaded.head) }
      rings.set(workspaceId, loaded)
      if (page.right.events.length < pageLimit) return E.right(loaded)
    }
  }

const lastRevision = (
  events: ReadonlyArray<{ readonly revision: Revision }>,
  before: O.Option<Revision>,
): O.Option<Revision> =>
  O.match(
    () => before,
    (last: { readonly revision: Revision }) => O.some(last.revision),
  )(RA.last(events))

const isBehind = (head: O.Option<Revision>, cached: O.Option<Revision>): boolean =>
  O.isSome(cached) && (O.isNone(head) || head.value < cached.value)

import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { revision, type Revision } from '../event-store/event.js'
import { decodeKeyRingEvent, keyRingStream } from '../key-ring/codec.js'
import { fold } from '../key-ring/state.js'
import type { WorkspaceId } from '../values/workspace-id.js'
import type { Environment } from './environment.js'
import { commandUnavailable, type CommandUnavailable } from './errors.js'
import { nothingLoaded, type LoadedRing } from './ring-cache.js'

const pageLimit = 1_000

/** The ring of a workspace with everything that was committed before the call; reads only what is not cached. */
export const loadRing =
  ({ store, rings }: Pick<Environment, 'store' | 'rings'>) =>
  (workspaceId: WorkspaceId): TaskEither<CommandUnavailable, LoadedRing> =>
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
      if (E.isLeft(page)) return E.left(commandUnavailable(page.left._tag))
      if (isBehind(page.right.head, loaded.head)) {
        // The log was put back to an older state: what is cached never happened there.
        loaded = nothingLoaded
        continue
      }
      const entries = E.traverseArray(decodeKeyRingEvent)(page.right.events)
      if (E.isLeft(entries)) {
        const { type, schema } = entries.left.event
        return E.left(commandUnavailable(`event ${type} of schema ${schema} cannot be read`))
      }
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

import {
  decodeKeyRingEvent,
  unavailable,
  workspaceOfKeyRing,
  type EventStore,
  type Position,
  type ReadError,
  type RecordedEvent,
  type RingEntry,
  type Unreadable,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { ActiveKeys } from './active-keys.js'

const pageLimit = 5_000
/** How often a log may be found to be set back during one call, before the call gives up. */
const rewindsMax = 3

/** Brings the lookup up to date with the log. */
export interface ActiveKeysReader {
  /**
   * Resolves when everything is applied that was committed before the call. Calls must not overlap. A log that was set
   * back is read again from its beginning, into an empty lookup.
   */
  readonly catchUp: TaskEither<ReadError | Unreadable, void>
  /** Up to where the order of what was applied is final. */
  readonly settled: () => O.Option<Position>
}

/** Who wants to know what the reader does. */
export interface ActiveKeysListener {
  readonly onApplied: (entry: RingEntry) => void
  /** The log was set back; what this process remembers of it is to be forgotten. */
  readonly onRewound: () => void
}

/**
 * Reads the log into a lookup, from its beginning. Also what is not settled yet is applied, since a revocation must not
 * wait for a slow appender before it; it is delivered again later, which changes nothing.
 */
export const activeKeysReader = (
  store: Pick<EventStore, 'readAll'>,
  keys: ActiveKeys,
  { onApplied, onRewound }: ActiveKeysListener,
): ActiveKeysReader => {
  let settled: O.Option<Position> = O.none

  const applyAll = (events: ReadonlyArray<RecordedEvent>): E.Either<Unreadable, void> => {
    for (const event of events) {
      const workspaceId = workspaceOfKeyRing(event.stream)
      if (workspaceId === undefined) continue
      const entry = decodeKeyRingEvent(event)
      if (E.isLeft(entry)) return entry
      keys.apply(workspaceId, entry.right)
      onApplied(entry.right)
    }
    return E.right(undefined)
  }

  const restart = (): void => {
    settled = O.none
    keys.clear()
    onRewound()
  }

  const catchUp: TaskEither<ReadError | Unreadable, void> = async () => {
    for (let rewinds = 0; ; rewinds += 1) {
      const read = await readOn()
      const isRewound = E.isLeft(read) && read.left._tag === 'Rewound'
      if (!isRewound || rewinds === rewindsMax) return read
      restart()
    }
  }

  const readOn = async (): Promise<E.Either<ReadError | Unreadable, void>> => {
    // Goes on behind what is not settled, which the next call is handed again: only the order of that is open.
    let cursor = settled
    for (;;) {
      const page = await store.readAll(cursor, pageLimit)()
      if (E.isLeft(page)) return page
      const { events, complete } = page.right
      const applied = applyAll(events)
      if (E.isLeft(applied)) return applied
      // Behind what is settled a page may know of nothing new; what was settled before stays so.
      if (O.isSome(page.right.settled)) settled = page.right.settled
      if (complete) return applied
      const last = events.at(-1)
      if (last === undefined) return E.left(unavailable('a page without events that is not complete'))
      cursor = O.some(last.position)
    }
  }

  return { catchUp, settled: () => settled }
}

import type {
  AuditTrailStore,
  Checkpoint,
  EventStore,
  LogPage,
  ReadError,
  RecordedEvent,
  TrailError,
  Unreadable,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { readLogEntry } from '../log-entry.js'
import { trailEntries } from './entries.js'

export type TrailRunnerError = ReadError | TrailError | Unreadable

const pageLimit = 1_000

/**
 * Brings the audit trail up to date: everything that was settled before the call is in it when this resolves. The
 * order of the lines is the order of the log, so it stops where the order is not final yet. A trail of another log is
 * dropped and built anew. Any number of processes may do this at once: who comes second with a page goes on from
 * the first one's checkpoint.
 */
export const catchUpTrail =
  (
    store: Pick<EventStore, 'readAll'>,
    trail: AuditTrailStore,
    logId: string,
  ): TaskEither<TrailRunnerError, void> =>
  async () => {
    // Ends: each turn moves the checkpoint, by this process or another, towards a log that was finite at the call.
    for (;;) {
      const checkpoint = await checkpointOf(trail, logId)
      if (E.isLeft(checkpoint)) return checkpoint
      const after = O.map(({ position }: Checkpoint) => position)(checkpoint.right)
      const page = await store.readAll(after, pageLimit)()
      if (E.isLeft(page)) return page
      const events = settledEvents(page.right)
      const committed = await commitPage(trail, logId, checkpoint.right, events)
      if (E.isLeft(committed) && committed.left._tag !== 'StaleCheckpoint') return committed
      const isAtEnd = page.right.complete || events.length < page.right.events.length
      if (E.isRight(committed) && isAtEnd) return E.right(undefined)
    }
  }

/**
 * Drops a trail that has come further than the log: the log was put back to an older state, and what the trail shows
 * beyond it never happened there. To be called before the trail is caught up for the first time.
 */
export const dropTrailAheadOfLog =
  (store: Pick<EventStore, 'readStream'>, trail: AuditTrailStore): TaskEither<TrailRunnerError, void> =>
  async () => {
    const checkpoint = await trail.checkpoint()
    if (E.isLeft(checkpoint)) return checkpoint
    if (O.isNone(checkpoint.right)) return E.right(undefined)
    const { stream, revision, eventId } = checkpoint.right.value
    const page = await store.readStream({ stream, direction: 'forwards', from: revision, limit: 1 })()
    if (E.isLeft(page)) return page
    return page.right.events[0]?.id === eventId ? E.right(undefined) : trail.clear()
  }

const checkpointOf = async (
  trail: AuditTrailStore,
  logId: string,
): Promise<E.Either<TrailError, O.Option<Checkpoint>>> => {
  const checkpoint = await trail.checkpoint()
  if (E.isLeft(checkpoint) || O.isNone(checkpoint.right) || checkpoint.right.value.logId === logId)
    return checkpoint
  const cleared = await trail.clear()
  return E.isLeft(cleared) ? cleared : E.right(O.none)
}

const settledEvents = ({ events, settled }: LogPage): ReadonlyArray<RecordedEvent> =>
  O.isNone(settled) ? [] : RA.takeLeftWhile((event: RecordedEvent) => event.position <= settled.value)(events)

const commitPage = async (
  trail: AuditTrailStore,
  logId: string,
  expected: O.Option<Checkpoint>,
  events: ReadonlyArray<RecordedEvent>,
): Promise<E.Either<TrailRunnerError, void>> => {
  const last = events.at(-1)
  if (last === undefined) return E.right(undefined)
  const entries = pipe(events, E.traverseArray(readLogEntry), E.map(RA.chain(trailEntries)))
  if (E.isLeft(entries)) return entries
  const { position, id: eventId, stream, revision } = last
  return trail.commit(expected, { logId, position, eventId, stream, revision }, entries.right)()
}

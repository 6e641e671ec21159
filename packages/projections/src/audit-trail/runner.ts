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
 * order of the lines is the order of the log, so it stops where the order is not final yet. A trail of another log, or
 * of one that was set back, is dropped and built anew: what it shows may never have happened there. Any number of processes may do this at once: who comes second with a page goes on from
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
      const step = await takeOnePage(store, trail, logId)
      if (E.isLeft(step)) return step
      if (step.right === 'at the end') return E.right(undefined)
    }
  }

const takeOnePage = async (
  store: Pick<EventStore, 'readAll'>,
  trail: AuditTrailStore,
  logId: string,
): Promise<E.Either<TrailRunnerError, 'at the end' | 'go on'>> => {
  const checkpoint = await checkpointOf(trail, logId)
  if (E.isLeft(checkpoint)) return checkpoint
  const after = O.map(({ position }: Checkpoint) => position)(checkpoint.right)
  const page = await store.readAll(after, pageLimit)()
  if (E.isLeft(page))
    return page.left._tag === 'Rewound' ? E.map(() => 'go on' as const)(await trail.clear()) : page
  const events = settledEvents(page.right)
  const committed = await commitPage(trail, logId, checkpoint.right, events)
  if (E.isLeft(committed)) return committed.left._tag === 'StaleCheckpoint' ? E.right('go on') : committed
  const isAtEnd = page.right.complete || events.length < page.right.events.length
  return E.right(isAtEnd ? 'at the end' : 'go on')
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

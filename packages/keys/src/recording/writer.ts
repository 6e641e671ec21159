import {
  activityStream,
  appendSurely,
  at,
  encodeUses,
  noStream,
  type Clock,
  type EventStore,
  type Ids,
  type Revision,
  type UsesRecorded,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { withDeadline } from '../deadline.js'

/** After this the action is refused: an agent is better served by a clear refusal than by a hanging call. */
export const storingMsMax = 2_000

export interface WriterPorts {
  readonly store: Pick<EventStore, 'append'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Stores uses of one workspace's keys in a stream that nobody else writes. Calls must not overlap. */
export type Writer = (uses: RNEA.ReadonlyNonEmptyArray<UsesRecorded>) => Promise<E.Either<string, void>>

/**
 * One writer per stream, so appends meet no conflict and the revision is known from memory. When it is not known what
 * became of an append, the stream is left alone and another one is begun: whatever still arrives in the old one cannot
 * get in the way.
 */
export const writer = ({ store, clock, ids }: WriterPorts, workspaceId: WorkspaceId): Writer => {
  let stream = activityStream(workspaceId, ids.correlationId())
  let head: Revision | undefined

  const startAnew = (cause: string): E.Either<string, void> => {
    stream = activityStream(workspaceId, ids.correlationId())
    head = undefined
    return E.left(cause)
  }

  return async (uses) => {
    const events = RNEA.map((group: UsesRecorded) => encodeUses(ids.eventId(), group))(uses)
    const expected = head === undefined ? noStream : at(head)
    const deadlineMs = clock.monotonicMs() + storingMsMax
    const appending = appendSurely({ store, clock, deadlineMs }, stream, expected, events)
    const result = await withDeadline(
      appending.then(E.mapLeft((error) => ('cause' in error ? error.cause : error._tag))),
      storingMsMax,
      () => E.left('deadline'),
    )
    if (E.isLeft(result)) return startAnew(result.left)
    head = result.right.last
    return E.right(undefined)
  }
}

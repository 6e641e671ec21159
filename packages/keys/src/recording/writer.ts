import {
  activityStream,
  appendSurely,
  at,
  batchLimitMax,
  encodeUses,
  noStream,
  type Clock,
  type EventStore,
  type ExpectedRevision,
  type Ids,
  type NewEvent,
  type Revision,
  type UsesRecorded,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { withDeadline } from '../deadline.js'

/** After this the action is refused: an agent is better served by a clear refusal than by a hanging call. */
export const storingMsMax = 2_000

export interface WriterPorts {
  readonly store: Pick<EventStore, 'append'>
  readonly clock: Clock
  readonly ids: Ids
}

/** What could not be stored. `unwritten` is certainly not in the log; the rest is settled by the writer itself. */
export interface NotWritten {
  readonly cause: string
  readonly unwritten: ReadonlyArray<UsesRecorded>
}

/** Stores uses of one workspace's keys in a stream that nobody else writes. Calls must not overlap. */
export interface Writer {
  readonly write: (uses: ReadonlyArray<UsesRecorded>) => Promise<E.Either<NotWritten, void>>
  /** There is an append of which it is not known what became; the next `write`, also of nothing, asks again. */
  readonly isUnsettled: () => boolean
}

/** Why an append in a stream of one's own can meet a conflict. */
const setBack = 'the log was set back'

interface Batch {
  readonly expected: ExpectedRevision
  readonly events: RNEA.ReadonlyNonEmptyArray<NewEvent>
}

/**
 * One writer per stream, so appends meet no conflict and the revision is known from memory. When it is not known what
 * became of an append, the identical bytes are sent again before anything else: exactly one copy is in the log then.
 */
export const writer = ({ store, clock, ids }: WriterPorts, workspaceId: WorkspaceId): Writer => {
  let stream = activityStream(workspaceId, ids.correlationId())
  let head: Revision | undefined
  let unsettled: Batch | undefined

  const send = async (batch: Batch): Promise<E.Either<string, void>> => {
    const deadlineMs = clock.monotonicMs() + storingMsMax
    const sent = await withDeadline(
      appendSurely({ store, clock, deadlineMs }, stream, batch.expected, batch.events),
      storingMsMax,
      () => E.left({ _tag: 'CommandOutcomeUnknown', cause: 'deadline' } as const),
    )
    if (E.isRight(sent)) {
      head = sent.right.last
      unsettled = undefined
      return E.right(undefined)
    }
    if (sent.left._tag === 'WrongExpectedRevision') {
      // Nobody else writes here, so the log was put back to an older state: what follows goes into a new stream.
      stream = activityStream(workspaceId, ids.correlationId())
      head = undefined
      unsettled = undefined
      return E.left(setBack)
    }
    // What was unknown before stays so until the store says what became of it.
    if (sent.left._tag === 'CommandOutcomeUnknown') unsettled = batch
    return E.left(sent.left.cause)
  }

  const write = async (uses: ReadonlyArray<UsesRecorded>): Promise<E.Either<NotWritten, void>> => {
    if (unsettled !== undefined) {
      const settled = await send(unsettled)
      if (E.isLeft(settled)) return E.left({ cause: settled.left, unwritten: uses })
    }
    const [first, rest] = RA.splitAt(batchLimitMax)(uses)
    if (!RA.isNonEmpty(first)) return E.right(undefined)
    const events = pipe(
      first,
      RNEA.map((group) => encodeUses(ids.eventId(), group)),
    )
    const sendHere = () => send({ expected: head === undefined ? noStream : at(head), events })
    const once = await sendHere()
    const sent = E.isLeft(once) && once.left === setBack ? await sendHere() : once
    if (E.isRight(sent)) return write(rest)
    return E.left({ cause: sent.left, unwritten: unsettled === undefined ? uses : rest })
  }

  return { write, isUnsettled: () => unsettled !== undefined }
}

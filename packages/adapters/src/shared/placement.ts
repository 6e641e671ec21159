import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { batchPartlyStored, eventIdConflict, revision, wrongExpectedRevision } from '@detrics/keys-domain'
import type {
  Appended,
  BatchPartlyStored,
  EventId,
  EventIdConflict,
  NewEvent,
  RecordedEvent,
  Revision,
  StreamId,
  WrongExpectedRevision,
} from '@detrics/keys-domain'
import type { AppendRequest } from './request.js'

/** What the decision needs to know of a log. */
export interface LogIndex {
  readonly find: (id: EventId) => RecordedEvent | undefined
  readonly head: (stream: StreamId) => Revision | undefined
}

/** Where a batch belongs: at a place of its own, or nowhere, because it is stored already. */
export type Placement =
  { readonly _tag: 'New'; readonly first: Revision } | { readonly _tag: 'Known'; readonly appended: Appended }

export type PlacementError = WrongExpectedRevision | EventIdConflict | BatchPartlyStored

/**
 * Decides what an append does to a log. Ids are looked at before the expected revision: the retry of a batch that
 * was stored is recognised although the stream has moved on, by this very batch or by later ones.
 */
export const place = (request: AppendRequest, log: LogIndex): E.Either<PlacementError, Placement> => {
  const stored = request.events.map((event) => log.find(event.id))
  const known = stored.filter((event) => event !== undefined)
  if (!RA.isNonEmpty(known)) return placeNew(request, log)
  const conflict = request.events.find((event, index) => {
    const before = stored[index]
    return before !== undefined && !(before.stream === request.stream && sameContent(event, before))
  })
  if (conflict !== undefined) return E.left(eventIdConflict(conflict.id))
  if (known.length < stored.length) return E.left(batchPartlyStored(known.map((event) => event.id)))
  return placeKnown(request, known)
}

const placeNew = (request: AppendRequest, log: LogIndex): E.Either<PlacementError, Placement> => {
  const head = log.head(request.stream)
  const { expected } = request
  const asExpected = expected._tag === 'NoStream' ? head === undefined : head === expected.revision
  return asExpected
    ? E.right({ _tag: 'New', first: firstOf(request) })
    : E.left(wrongExpectedRevision(request.stream, O.fromNullable(head)))
}

/** A retry states the same expectation, so its events stand exactly where that puts them; elsewhere is a conflict. */
const placeKnown = (
  request: AppendRequest,
  known: RNEA.ReadonlyNonEmptyArray<RecordedEvent>,
): E.Either<PlacementError, Placement> => {
  const first = firstOf(request)
  const misplaced = known.find((event, index) => event.revision !== first + BigInt(index))
  if (misplaced !== undefined) return E.left(eventIdConflict(misplaced.id))
  const { revision: last, position } = RNEA.last(known)
  return E.right({ _tag: 'Known', appended: { outcome: 'AlreadyAppended', first, last, position } })
}

const firstOf = ({ expected }: AppendRequest): Revision =>
  expected._tag === 'NoStream' ? revision(0) : revision(expected.revision + 1n)

const sameContent = (a: NewEvent, b: NewEvent): boolean =>
  a.type === b.type && a.schema === b.schema && a.data === b.data && a.metadata === b.metadata

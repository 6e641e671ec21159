import type { Option } from 'fp-ts/lib/Option.js'
import type { EventId, Revision, StreamId } from './event.js'

/** Decide again: the stream is not where the caller thought. `actual` is its last revision, none if it is missing. */
export interface WrongExpectedRevision {
  readonly _tag: 'WrongExpectedRevision'
  readonly stream: StreamId
  readonly actual: Option<Revision>
}

/** Never retry: this id is stored already with other content or in another place. A bug of the caller. */
export interface EventIdConflict {
  readonly _tag: 'EventIdConflict'
  readonly id: EventId
}

/** Never retry: some events of the batch are stored already and others are not; nothing was written. */
export interface BatchPartlyStored {
  readonly _tag: 'BatchPartlyStored'
  readonly ids: ReadonlyArray<EventId>
}

/** Never retry: an event is larger than the store takes. */
export interface TooLarge {
  readonly _tag: 'TooLarge'
  readonly index: number
  readonly bytes: number
  readonly bytesMax: number
}

/** Never retry: the request itself is malformed (an id twice, no JSON, a limit out of range). `detail` says what. */
export interface InvalidRequest {
  readonly _tag: 'InvalidRequest'
  readonly detail: string
}

/**
 * Begin again from the start of the log: it holds no event at the position that the caller names, or another one. The
 * log was set back, by a backup that was restored or by a failover, and what was read of it may never have happened.
 */
export interface Rewound {
  readonly _tag: 'Rewound'
}

/** Nothing was written; retry freely. `cause` is for the log and holds no data of events. */
export interface Unavailable {
  readonly _tag: 'Unavailable'
  readonly cause: string
}

/** It may or may not have been written: retry with the same bytes, which is answered `AlreadyAppended` if it was. */
export interface OutcomeUnknown {
  readonly _tag: 'OutcomeUnknown'
  readonly cause: string
}

/** The store was closed by this process. */
export interface Closed {
  readonly _tag: 'Closed'
}

export type AppendError =
  | WrongExpectedRevision
  | EventIdConflict
  | BatchPartlyStored
  | TooLarge
  | InvalidRequest
  | Unavailable
  | OutcomeUnknown
  | Closed

export type ReadError = InvalidRequest | Rewound | Unavailable | Closed

/** Every error of the port. */
export type StoreError = AppendError | ReadError

export const wrongExpectedRevision = (stream: StreamId, actual: Option<Revision>): WrongExpectedRevision => ({
  _tag: 'WrongExpectedRevision',
  stream,
  actual,
})
export const eventIdConflict = (id: EventId): EventIdConflict => ({ _tag: 'EventIdConflict', id })
export const batchPartlyStored = (ids: ReadonlyArray<EventId>): BatchPartlyStored => ({
  _tag: 'BatchPartlyStored',
  ids,
})
export const tooLarge = (index: number, bytes: number, bytesMax: number): TooLarge => ({
  _tag: 'TooLarge',
  index,
  bytes,
  bytesMax,
})
export const invalidRequest = (detail: string): InvalidRequest => ({ _tag: 'InvalidRequest', detail })
export const rewound: Rewound = { _tag: 'Rewound' }
export const unavailable = (cause: string): Unavailable => ({ _tag: 'Unavailable', cause })
export const outcomeUnknown = (cause: string): OutcomeUnknown => ({ _tag: 'OutcomeUnknown', cause })
export const closed: Closed = { _tag: 'Closed' }

import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { AppendError, ReadError } from './errors.js'
import type { ExpectedRevision, NewEvent, Position, RecordedEvent, Revision, StreamId } from './event.js'

/**
 * The port to the log of all events: streams of events, each numbered from 0, and one order over all of them.
 *
 * What is acknowledged survives a killed process and a lost power supply. Errors are values; a method that throws
 * has a bug. After `close` every call answers `Closed`.
 */
export interface EventStore {
  /**
   * Appends a batch at the end of a stream, all of it or nothing.
   *
   * A batch whose ids are stored already with the same content at the same place is answered `AlreadyAppended`
   * with the first result, also when `expected` is stale by now: so `OutcomeUnknown` is retried without harm.
   */
  readonly append: (
    stream: StreamId,
    expected: ExpectedRevision,
    events: ReadonlyNonEmptyArray<NewEvent>,
  ) => TaskEither<AppendError, Appended>
  /** Reads a page of one stream; a missing stream is an empty page with no head. */
  readonly readStream: (query: StreamQuery) => TaskEither<ReadError, StreamPage>
  /**
   * Reads what is committed after a position, in the order of the log; `none` is the beginning. Each read also looks
   * whether the event that the position names still stands there, and answers `Rewound` if not.
   */
  readonly readAll: (after: Option<Position>, limit: number) => TaskEither<ReadError, LogPage>
  /** Follows the log after a position, settled events only, each exactly once and in order. */
  readonly subscribe: (after: Option<Position>) => TaskEither<ReadError, Subscription>
  /** Ends subscriptions, waits for running appends, releases everything. Calling it again is harmless. */
  readonly close: Task<void>
}

/** The most events in one page of a read. */
export const pageLimitMax = 10_000
/** The most events in one append. */
export const batchLimitMax = 1_000
/** The most bytes of one event: its data and its metadata together, as UTF-8. */
export const eventBytesMax = 256 * 1024

export interface Appended {
  readonly outcome: 'Appended' | 'AlreadyAppended'
  readonly first: Revision
  readonly last: Revision
  /** The position of the batch's last event. */
  readonly position: Position
}

export interface StreamQuery {
  readonly stream: StreamId
  readonly direction: 'forwards' | 'backwards'
  /** The first revision of the page, inclusive; past the end gives an empty page forwards, the last events backwards. */
  readonly from: 'start' | 'end' | Revision
  /** 1 to `pageLimitMax`. */
  readonly limit: number
}

export interface StreamPage {
  readonly events: ReadonlyArray<RecordedEvent>
  /** The stream's last revision at the moment of the read; none for a missing stream. */
  readonly head: Option<Revision>
}

export interface LogPage {
  readonly events: ReadonlyArray<RecordedEvent>
  /**
   * The last event up to which the order is final, or `after` itself; checkpoints move no further. None where nothing
   * is known of this: the caller then keeps what it had.
   */
  readonly settled: Option<Position>
  /** Everything committed before the call began has been handed out, up to and including this page. */
  readonly complete: boolean
}

/** A running subscription; `messages` never throws and ends after exactly one `Dropped`. */
export interface Subscription {
  readonly messages: AsyncIterable<SubscriptionMessage>
  /** Ends it: nothing but `Dropped` is delivered afterwards. Calling it again is harmless. */
  readonly cancel: Task<void>
}

export type SubscriptionMessage =
  | { readonly _tag: 'Events'; readonly events: ReadonlyNonEmptyArray<RecordedEvent> }
  /** All that was settled has been delivered; sent once each time the end is reached. */
  | { readonly _tag: 'CaughtUp' }
  | { readonly _tag: 'Dropped'; readonly reason: 'Cancelled' | ReadError }

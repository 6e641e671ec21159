import * as t from 'io-ts'
import { validate } from 'uuid'

export interface EventIdBrand {
  readonly EventId: unique symbol
}
export interface StreamIdBrand {
  readonly StreamId: unique symbol
}
export interface PositionBrand {
  readonly Position: unique symbol
}
export interface RevisionBrand {
  readonly Revision: unique symbol
}

/** A UUID in lower case, chosen by the caller: it is what makes the retry of an append safe. */
export const EventId = t.brand(
  t.string,
  (s): s is t.Branded<string, EventIdBrand> => validate(s) && s === s.toLowerCase(),
  'EventId',
)
export type EventId = t.TypeOf<typeof EventId>

const streamPattern = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/

/** The name of a stream: 1–200 of `[A-Za-z0-9_.-]`, not beginning with a dot. */
export const StreamId = t.brand(
  t.string,
  (s): s is t.Branded<string, StreamIdBrand> => streamPattern.test(s),
  'StreamId',
)
export type StreamId = t.TypeOf<typeof StreamId>

/**
 * A place in the whole log: opaque, issued only by the store, of fixed width, so that the order of the strings
 * is the order of the log. It also says which event stands there, so that a log that was set back is noticed. It tells how much other workspaces write and never leaves adapters and projections.
 */
export type Position = t.Branded<string, PositionBrand>

/** For adapters only: marks a string as a position of theirs. */
export const position = (text: string): Position => text as Position

/** The number of an event within its stream, from 0. */
export type Revision = t.Branded<bigint, RevisionBrand>

/** Marks a whole number from 0 as a revision. */
export const revision = (value: bigint | number): Revision => BigInt(value) as Revision

/** What the caller knows of a stream before it appends; always stated, because only then a retry is exact. */
export type ExpectedRevision =
  { readonly _tag: 'NoStream' } | { readonly _tag: 'At'; readonly revision: Revision }

export const noStream: ExpectedRevision = { _tag: 'NoStream' }
export const at = (revision: Revision): ExpectedRevision => ({ _tag: 'At', revision })

/**
 * An event to be appended. The store moves `data` and `metadata` as JSON text and never looks inside, so a new
 * version of an event needs no change of an adapter, and a retry sends the identical bytes.
 */
export interface NewEvent {
  readonly id: EventId
  /** 1–64 of `[A-Za-z]`, e.g. `KeyCreated`. */
  readonly type: string
  /** The version of the event's form, from 1. */
  readonly schema: number
  readonly data: string
  readonly metadata: string
}

/** An event as the store holds it. `recordedAt` is the store's clock, for operators; it is no evidence. */
export interface RecordedEvent extends NewEvent {
  readonly stream: StreamId
  readonly revision: Revision
  readonly position: Position
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number
}

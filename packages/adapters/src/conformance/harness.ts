import type { EventStore, NewEvent, StreamId } from '@detrics/keys-domain'
import type { Capability } from './capabilities.js'

/** How the kit gets at the stores of one adapter. */
export interface EventStoreHarness {
  /** Stands in tables and messages, e.g. `SQLite`. */
  readonly name: string
  /** What the store cannot do; the kit makes it show that. Empty for a store that has every capability. */
  readonly absent: ReadonlyArray<Capability>
  /** A store on a log of its own, which is empty. */
  readonly open: () => Promise<EventStore>
  /**
   * One more handle on the log that was opened last, as another process would have it. Where logs are not persistent,
   * what such a process gets: an empty log.
   */
  readonly reopen: () => Promise<EventStore>
  /** The next append by this handle is committed, and the reply to it is lost. `lostReplies` does it in one process. */
  readonly loseNextReply: (store: EventStore) => Promise<void>
  /** Present exactly if `connection` is not absent. */
  readonly connection?: ConnectionHooks
  /** Present exactly if `overlappingAppends` is not absent. */
  readonly overlappingAppends?: OverlapHooks
  /** For how long the kit waits for a message of a subscription before it takes it for lost. 5 s unless told. */
  readonly messageWithinMs?: number
}

/** What can happen to stores that talk to a server. */
export interface ConnectionHooks {
  /** Drops every connection of every store now, as a network does; new connections work. */
  readonly interrupt: () => Promise<void>
  /** Resolves when the server has gone; its logs stay. */
  readonly stopServer: () => Promise<void>
  /** Resolves when the server takes connections again, at the same address. */
  readonly startServer: () => Promise<void>
  /** The longest that a call may take while the server is away. At most 10 s, or the kit waits in vain. */
  readonly answersWithinMs: number
}

/** What stores can be brought to whose appends may overlap. */
export interface OverlapHooks {
  /**
   * An append to a new stream of the log that was opened last, made as another process would make it: it has taken its
   * place in the order and is not committed. The kit ends each one.
   */
  readonly beginAppend: (
    stream: StreamId,
    events: readonly [NewEvent, ...ReadonlyArray<NewEvent>],
  ) => Promise<OpenAppend>
  /**
   * A transaction of another program on the same server, which has written something that is no event, and stays open
   * until the function that is returned is called.
   */
  readonly openForeignTransaction: () => Promise<() => Promise<void>>
}

/** Exactly one of the two is called. */
export interface OpenAppend {
  readonly commit: () => Promise<void>
  readonly abort: () => Promise<void>
}

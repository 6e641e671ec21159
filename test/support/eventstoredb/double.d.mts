/** A node of the double: its address, and what it is in its cluster. */
export interface DoubleNode {
  readonly host: string
  readonly port: number
  readonly role: 'leader' | 'follower'
  isAlive: boolean
}

/** What goes wrong; set in a running double. */
export interface Faults {
  /** What becomes of the next appends: answered, dropped without a reply, or stored without a reply. */
  readonly appends: Array<'answered' | 'not-stored' | 'stored'>
  /** Awaited between the commit of an append and its reply. */
  onStored: ((request: { readonly stream: string }) => unknown) | undefined
  isNotReady: boolean
  /** Calls are taken and never answered, while the connection is kept alive. */
  isSilent: boolean
  /** The status with which GetSupportedMethods fails. */
  featuresCode: number | undefined
  /** How many of the latest records a follower does not show yet. */
  lagRecords: number
}

export interface LogRecord {
  readonly position: bigint
  readonly stream: string
  readonly revision: bigint
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Buffer
  readonly metadata: Buffer
}

export interface DoubleLog {
  readonly records: ReadonlyArray<LogRecord>
  /** Takes back everything from an index on, as the restore of an older backup does. */
  readonly rewindTo: (length: number) => void
}

export type CountedCall =
  | 'append'
  | 'batchAppend'
  | 'features'
  | 'gossip'
  | 'readAll'
  | 'recordOfAll'
  | 'readStream'
  | 'subscribeToAll'
  | 'subscribeToStream'

export interface Double {
  readonly node: DoubleNode
  readonly log: DoubleLog
  readonly faults: Faults
  readonly count: (call: CountedCall) => number
  readonly openReads: () => number
  readonly subscriptions: () => number
  /** The connection string, with more parameters behind it: `&name=value`. */
  readonly url: (parameters?: string) => string
  /** Ends every subscription: with an error of this gRPC code, or as if it were complete. */
  readonly dropSubscriptions: (code?: number) => void
  readonly halfCloseBatches: () => void
  /** Ends the server and every connection; the log stays. */
  readonly stop: () => Promise<void>
  /** Listens again at the same port. */
  readonly start: () => Promise<void>
}

export interface DoubleOptions {
  /** Where the log is kept, so that it outlives the process. */
  readonly file?: string
  readonly port?: number
  readonly age?: 'present' | 'old'
  readonly appendBytesMax?: number
  readonly eventBytesMax?: number
}

export const startDouble: (options?: DoubleOptions) => Promise<Double>

export interface Reply {
  readonly end: 'answered'
  /** Of the whole reply, in bytes. */
  readonly length: number
  readonly status: number
  readonly retryAfter: string | undefined
  readonly isLast: boolean
  readonly text: string
}

export type Outcome = Reply | { readonly end: 'refused' | 'reset' | 'cut' }

export interface Connection {
  readonly ask: (bytes: string) => Promise<Outcome>
  readonly made: () => Promise<void>
  readonly send: (bytes: string) => void
  readonly close: () => void
}

export declare const requestBytes: (port: number, method: string, path: string, body?: unknown) => string
export declare const firstReply: (received: string) => Reply | undefined
export declare const connection: (port: number) => Connection

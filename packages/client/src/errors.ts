import type { Problem } from './contract/index.js'

/** The API answered with a problem; `problem.code` says which. */
export interface ProblemReply {
  readonly _tag: 'ProblemReply'
  readonly problem: Problem
  /** When it may be tried again, in seconds; only where the API says so. */
  readonly retryAfterSeconds?: number
}

/**
 * There was no reply. Whether a change was carried out is not known: repeat it with the same idempotency key, or look.
 */
export interface Unreachable {
  readonly _tag: 'Unreachable'
  readonly cause: 'network' | 'timeout' | 'aborted'
}

/** There was a reply that this client does not understand: another server, or another version. */
export interface UnexpectedReply {
  readonly _tag: 'UnexpectedReply'
  readonly status: number
}

export type ClientError = ProblemReply | Unreachable | UnexpectedReply

export const unreachable = (cause: Unreachable['cause']): ClientError => ({ _tag: 'Unreachable', cause })
export const unexpectedReply = (status: number): ClientError => ({ _tag: 'UnexpectedReply', status })

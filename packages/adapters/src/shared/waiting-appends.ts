import * as E from 'fp-ts/lib/Either.js'
import type { AppendError, Appended } from '@detrics/keys-domain'
import type { AppendRequest } from './request.js'

export type AppendResult = E.Either<AppendError, Appended>

/** Appends that are committed together with others; how they are grouped depends on the store. */
export interface AppendQueue {
  readonly add: (request: AppendRequest) => Promise<AppendResult>
  /** Resolves when every append that was added is answered. */
  readonly drained: () => Promise<void>
}

export interface Waiting {
  readonly request: AppendRequest
  /** Its length as JavaScript counts it, which is what it takes in memory, up to a factor of two. */
  readonly length: number
  readonly deadline: number
  readonly answer: (result: AppendResult) => void
}

/** How many may wait, and of what length in all; one that finds nothing waiting is taken whatever its length. */
export const waitingMax = 4_096
export const waitingLengthMax = 64 * 1024 * 1024
/** What one transaction takes; an append that is larger goes alone. */
export const commitEventsMax = 1_000
export const commitLengthMax = 8 * 1024 * 1024

export const lengthOf = ({ events }: AppendRequest): number =>
  events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0)

export const wrote = (result: AppendResult): boolean =>
  E.isRight(result) && result.right.outcome === 'Appended'

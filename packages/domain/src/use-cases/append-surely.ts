import * as E from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { AppendError, WrongExpectedRevision } from '../event-store/errors.js'
import type { Appended, EventStore } from '../event-store/event-store.js'
import type { ExpectedRevision, NewEvent, StreamId } from '../event-store/event.js'
import type { Clock } from '../ports/clock.js'
import {
  commandOutcomeUnknown,
  commandUnavailable,
  type CommandOutcomeUnknown,
  type CommandUnavailable,
} from './errors.js'

// Out of reach of every deadline, which is what ends the attempts; this ends them where a clock stands still.
const attemptsMax = 1_000
const pauseMsMax = 200

export interface AppendSurely {
  readonly store: Pick<EventStore, 'append'>
  readonly clock: Clock
  /** Until when, on the monotonic clock, it is tried again. */
  readonly deadlineMs: number
}

/**
 * Appends and, while the store is away or does not say what became of it, tries again with the identical bytes:
 * an event that was stored already is then answered `AlreadyAppended`, so exactly one copy exists in the end.
 */
export const appendSurely = async (
  { store, clock, deadlineMs }: AppendSurely,
  stream: StreamId,
  expected: ExpectedRevision,
  events: ReadonlyNonEmptyArray<NewEvent>,
): Promise<E.Either<WrongExpectedRevision | CommandUnavailable | CommandOutcomeUnknown, Appended>> => {
  let isOutcomeUnknown = false
  for (let attempt = 1; ; attempt += 1) {
    const appended = await store.append(stream, expected, events)()
    if (E.isRight(appended)) return appended
    const error = appended.left
    if (error._tag === 'WrongExpectedRevision') return E.left(error)
    isOutcomeUnknown ||= error._tag === 'OutcomeUnknown'
    const isLast = attempt === attemptsMax || clock.monotonicMs() >= deadlineMs
    if (isLast || !mayPass(error)) {
      const cause = 'cause' in error ? error.cause : error._tag
      return E.left(isOutcomeUnknown ? commandOutcomeUnknown(cause) : commandUnavailable(cause))
    }
    await clock.pause(Math.min(pauseMsMax, 2 ** attempt))()
  }
}

/** Whether trying again can help. The others are bugs of ours, and thrown as such. */
const mayPass = (error: Exclude<AppendError, WrongExpectedRevision>): boolean => {
  switch (error._tag) {
    case 'Unavailable':
    case 'OutcomeUnknown':
      return true
    case 'Closed':
      return false
    case 'EventIdConflict':
    case 'BatchPartlyStored':
    case 'TooLarge':
    case 'InvalidRequest':
      throw new Error(`append refused as ${error._tag}`)
  }
}

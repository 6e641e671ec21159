import type { NewEvent, StreamId } from '@detrics/keys-domain'

/** One append of a history. */
export interface Step {
  readonly stream: StreamId
  /** The last revision that is expected; -1 for `NoStream`. */
  readonly expected: number
  readonly events: readonly [NewEvent, ...ReadonlyArray<NewEvent>]
}

export interface Stored {
  readonly stream: StreamId
  readonly revision: number
  readonly event: NewEvent
}

/** What a step ends with by the rules of the port, and the log afterwards. */
export interface Modelled {
  readonly outcome: string
  readonly log: ReadonlyArray<Stored>
}

/** A log that is too simple to be wrong: one array, which is looked through from its beginning. */
export const modelled = (log: ReadonlyArray<Stored>, step: Step): Modelled => {
  const { stream, events } = step
  const without = (outcome: string): Modelled => ({ outcome, log })
  if (new Set(events.map(({ id }) => id)).size < events.length) return without('InvalidRequest')
  const known = events.map(({ id }) => log.find((stored) => stored.event.id === id))
  const first = step.expected + 1
  if (known.some((stored) => stored !== undefined)) return without(outcomeOfKnown(step, known, first))
  const length = log.filter((stored) => stored.stream === stream).length
  if (first !== length) return without('WrongExpectedRevision')
  const added = events.map((event, index): Stored => ({ stream, revision: first + index, event }))
  return { outcome: 'Appended', log: [...log, ...added] }
}

const outcomeOfKnown = (
  { stream, events }: Step,
  known: ReadonlyArray<Stored | undefined>,
  first: number,
): string => {
  const isElse = (stored: Stored | undefined, index: number): boolean =>
    stored !== undefined && (stored.stream !== stream || stored.event.data !== events[index]?.data)
  if (known.some(isElse)) return 'EventIdConflict'
  if (known.includes(undefined)) return 'BatchPartlyStored'
  const isInPlace = known.every((stored, index) => stored?.revision === first + index)
  return isInPlace ? 'AlreadyAppended' : 'EventIdConflict'
}

/** Whether an id of the step stands at a place in the log where this step would not put it. */
export const hasIdElsewhere = (log: ReadonlyArray<Stored>, { stream, expected, events }: Step): boolean =>
  events.some(({ id }, index) =>
    log.some(
      (stored) =>
        stored.event.id === id && (stored.stream !== stream || stored.revision !== expected + 1 + index),
    ),
  )

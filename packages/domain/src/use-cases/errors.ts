import type { Refusal } from '../key-ring/refusals.js'

/** The store did not answer within the deadline, or was closed: nothing was done. `cause` is for the log. */
export interface CommandUnavailable {
  readonly _tag: 'CommandUnavailable'
  readonly cause: string
}

/** The store did not say whether the command was carried out, not even when asked again until the deadline. */
export interface CommandOutcomeUnknown {
  readonly _tag: 'CommandOutcomeUnknown'
  readonly cause: string
}

/** Others changed the same ring each time between reading and appending, until attempts or time were used up. */
export interface Contended {
  readonly _tag: 'Contended'
}

export type CommandError = Refusal | CommandUnavailable | CommandOutcomeUnknown | Contended

export const commandUnavailable = (cause: string): CommandUnavailable => ({
  _tag: 'CommandUnavailable',
  cause,
})
export const commandOutcomeUnknown = (cause: string): CommandOutcomeUnknown => ({
  _tag: 'CommandOutcomeUnknown',
  cause,
})
export const contended: Contended = { _tag: 'Contended' }

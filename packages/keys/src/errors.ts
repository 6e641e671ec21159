import type { CommandError, Refusal } from '@detrics/keys-domain'

/** A field of a request does not fit; `detail` is a sentence for a person and never repeats the value. */
export interface InvalidInput {
  readonly _tag: 'InvalidInput'
  readonly field: string
  readonly detail: string
}

/** The store did not answer in time or not at all; nothing was done. Try again. */
export interface StoreUnavailable {
  readonly _tag: 'StoreUnavailable'
  /** For the log; holds no data. */
  readonly cause: string
}

/** It is not known whether the command was carried out. Repeat it with the same idempotency key. */
export interface OutcomeNotKnown {
  readonly _tag: 'OutcomeNotKnown'
  readonly cause: string
}

/** Too many others changed the same workspace at the same time; nothing was done. Try again. */
export interface TooMuchContention {
  readonly _tag: 'TooMuchContention'
}

/** What the front door answers when it does not do what it was asked for. */
export type KeysError = Refusal | InvalidInput | StoreUnavailable | OutcomeNotKnown | TooMuchContention

export const storeUnavailable = (cause: string): StoreUnavailable => ({ _tag: 'StoreUnavailable', cause })

/** The errors of the use cases under the names that the front door has for them. */
export const fromCommandError = (error: CommandError): KeysError => {
  if (error._tag === 'CommandUnavailable') return storeUnavailable(error.cause)
  if (error._tag === 'CommandOutcomeUnknown') return { _tag: 'OutcomeNotKnown', cause: error.cause }
  if (error._tag === 'Contended') return { _tag: 'TooMuchContention' }
  return error
}

/** A store that was not opened; `cause` says why, for the operator, and never holds a credential. */
export interface OpenError {
  readonly _tag: 'CannotOpen'
  readonly cause: string
}

export const cannotOpen = (cause: string): OpenError => ({ _tag: 'CannotOpen', cause })

/** A file that was not opened; `cause` says why, for the operator. Nothing was changed in it. */
export interface OpenError {
  readonly _tag: 'CannotOpen'
  readonly cause: string
}

export const cannotOpen = (cause: string): OpenError => ({ _tag: 'CannotOpen', cause })

/** A store that was not opened, and nothing was changed; `cause` says why, for the operator, and holds no credential. */
export interface OpenError {
  readonly _tag: 'CannotOpen'
  readonly cause: string
}

export const cannotOpen = (cause: string): OpenError => ({ _tag: 'CannotOpen', cause })

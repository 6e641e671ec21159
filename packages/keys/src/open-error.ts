/** The front door stays closed; `reason` is a sentence for the operator. */
export interface CannotOpen {
  readonly _tag: 'CannotOpen'
  readonly reason: string
}

export const cannotOpen = (reason: string): CannotOpen => ({ _tag: 'CannotOpen', reason })

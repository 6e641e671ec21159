import type { ReadError, TrailError, Unreadable } from '@detrics/keys-domain'

/** That something does not work, or works again; for an operator's log. It holds no data of anybody. */
export interface Trouble {
  /**
   * `reading`: nothing can be said about keys. `recording`: uses cannot be stored, so none is released. `reviewing`: the
   * audit trail cannot be read, so neither activity nor last uses can be shown.
   */
  readonly about: 'reading' | 'recording' | 'reviewing'
  /** Why; undefined when it is over. */
  readonly cause: string | undefined
}

export type OnTrouble = (trouble: Trouble) => void

/** Tells of a change only: not again and again while it lasts, and not of what never failed. */
export const troubleTeller = (
  about: Trouble['about'],
  onTrouble: OnTrouble,
): ((cause: string | undefined) => void) => {
  let last: string | undefined
  return (cause) => {
    if (cause === last) return
    last = cause
    onTrouble({ about, cause })
  }
}

/** Why the log or the trail could not be read, with the event that this version does not know. */
export const whyUnread = (error: ReadError | TrailError | Unreadable): string => {
  if (error._tag === 'Unreadable') {
    const { type, schema, stream, revision } = error.event
    return `event ${revision} of ${stream}, ${type} of schema ${schema}, is not known to this version`
  }
  return 'cause' in error ? `${error._tag}: ${error.cause}` : error._tag
}

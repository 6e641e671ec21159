import type * as fastCheck from 'fast-check'

/** The peer `fast-check`, which is loaded when a property is tried and not before. */
export type FastCheck = typeof fastCheck

/** Tries a property on many cases. */
export type Check = <A>(makeProperty: (fc: FastCheck) => fastCheck.IAsyncProperty<A>) => Promise<void>

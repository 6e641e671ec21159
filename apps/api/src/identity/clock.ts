/** The clocks of the machine, in milliseconds; parameters, so that tests need not wait. */
export interface IdentityClock {
  /** The wall clock, for the times in tokens. */
  readonly wallMs: () => number
  /** A clock that is never set, for how long something has been going on. */
  readonly monotonicMs: () => number
}

export const machineClock: IdentityClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

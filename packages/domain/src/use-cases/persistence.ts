import type { Persistence } from './change-ring.js'

/** For every command but a revocation. */
export const usual: Persistence = { attemptsMax: 10, deadlineMs: 5_000, waitsItsTurn: true }

/** A revocation tries until its deadline, and waits for nobody. */
export const persistent: Persistence = { attemptsMax: 10_000, deadlineMs: 10_000, waitsItsTurn: false }

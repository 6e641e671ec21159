import type { Persistence } from './change-ring.js'

/** For every command but a revocation. */
export const usual: Persistence = { attemptsMax: 10, deadlineMs: 5_000 }

/** A revocation tries until its deadline. */
export const persistent: Persistence = { attemptsMax: 10_000, deadlineMs: 10_000 }

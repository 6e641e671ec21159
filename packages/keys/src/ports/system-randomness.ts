import type { Randomness } from '@detrics/keys-domain'
import { randomBytes } from 'node:crypto'

/** The operating system's generator. */
export const systemRandomness: Randomness = (length) => randomBytes(length)

import type { Digest } from '../key-ring/events.js'
import type { Secret } from '../secret/secret.js'

/** Makes what is stored of a secret, and compares with it. */
export interface Digester {
  readonly digest: (secret: Secret) => Digest
  /** Compares in constant time; false also for a scheme that this process does not know. */
  readonly matches: (presented: string, digest: Digest) => boolean
}

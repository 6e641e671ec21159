import type { Digest } from '../key-ring/events.js'
import { composeKey, randomBytesPerSecret } from '../secret/key-string.js'
import type { Secret } from '../secret/secret.js'
import type { KeyId } from '../values/key-id.js'
import type { Environment } from './environment.js'

/** A key that is about to be: its id, its secret, and what will be stored of it. */
export interface NewSecret {
  readonly keyId: KeyId
  readonly secret: Secret
  readonly digest: Digest
}

/** Draws the id and the secret of a new key. */
export const newSecret = ({ ids, randomness, prefixes, digester }: Environment): NewSecret => {
  const keyId = ids.keyId()
  const secret = composeKey(prefixes, keyId, randomness(randomBytesPerSecret))
  return { keyId, secret, digest: digester.digest(secret) }
}

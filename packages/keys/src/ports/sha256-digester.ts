import { reveal, type Digester } from '@detrics/keys-domain'
import { createHash, timingSafeEqual } from 'node:crypto'

const scheme = 'sha256'

/**
 * SHA-256, in hexadecimal. A slow hash would buy nothing: a secret has 190 random bits, and nobody tries these out.
 */
export const sha256Digester: Digester = {
  digest: (secret) => ({ scheme, value: hash(reveal(secret)).toString('hex') }),
  matches: (presented, digest) => {
    const stored = Buffer.from(digest.value, 'hex')
    const actual = hash(presented)
    return digest.scheme === scheme && stored.length === actual.length && timingSafeEqual(stored, actual)
  },
}

const hash = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest()

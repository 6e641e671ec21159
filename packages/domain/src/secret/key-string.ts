import { none, some, type Option } from 'fp-ts/lib/Option.js'
import { KeyId } from '../values/key-id.js'
import { digitValue, fromBase62, randomDigits, toBase62 } from './base62.js'
import { crc32 } from './crc32.js'
import { Secret } from './secret.js'

/*
 * The key string: `<prefix>_<key id, 22 base62>_<random, 32 base62><CRC-32 of all that precedes, 6 base62>`.
 * 32 base62 digits are 190 bits. Only [A-Za-z0-9_], so that a double click selects all of it.
 */
const idLength = 22
const randomLength = 32
const checksumLength = 6
const bodyLength = 1 + idLength + 1 + randomLength + checksumLength

/** How many random bytes one secret takes; that fewer than 32 of these are usable has a chance below 10⁻⁹⁰. */
export const randomBytesPerSecret = 128

/** 1–16 lower-case letters and digits, beginning with a letter. */
export const keyPrefixPattern = /^[a-z][a-z0-9]{0,15}$/

/** Which prefixes key strings have: `current` is what new ones get, `retired` ones are still accepted. */
export interface KeyPrefixes {
  readonly current: string
  readonly retired: ReadonlyArray<string>
}

export const defaultKeyPrefixes: KeyPrefixes = { current: 'detrics', retired: [] }

/** A presented string of the right form; whether such a key exists is another question. */
export interface PresentedKey {
  /** The key's id as its 22 characters; looked up as they are, never decoded on the way of a verification. */
  readonly idPart: string
  readonly text: string
}

/** Writes the secret of a new key. `bytes` are `randomBytesPerSecret` from a CSPRNG. */
export const composeKey = (prefixes: KeyPrefixes, keyId: KeyId, bytes: Uint8Array): Secret => {
  const random = randomDigits(bytes, randomLength)
  if (random === undefined) throw new Error(`composeKey needs ${randomBytesPerSecret} random bytes`)
  const head = `${prefixes.current}_${idPartOf(keyId)}_${random}`
  return new Secret(head + toBase62(BigInt(crc32(head, head.length)), checksumLength))
}

/** The 22 characters that stand for a key id in its key string and its mask. */
export const idPartOf = (keyId: KeyId): string => toBase62(BigInt(`0x${keyId.replaceAll('-', '')}`), idLength)

/** The key id behind 22 characters; none where they stand for no UUID v7. */
export const keyIdOfPart = (idPart: string): Option<KeyId> => {
  const value = fromBase62(idPart)
  if (value >> 128n !== 0n) return none
  // Written out by hand: uuid's own `stringify` throws at numbers that are no UUID.
  const text = value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return KeyId.is(text) ? some(text) : none
}

/** What is shown of a key instead of its secret. */
export const maskOf = (prefixes: KeyPrefixes, keyId: KeyId): string =>
  `${prefixes.current}_${idPartOf(keyId)}_…`

/** Checks grammar and checksum, without any hash or lookup; none is no key of ours. */
export const parseKey = (prefixes: KeyPrefixes, text: string): Option<PresentedKey> => {
  const prefix = prefixOf(prefixes, text)
  if (prefix === undefined || !hasGrammar(text, prefix.length)) return none
  const checked = text.length - checksumLength
  if (BigInt(crc32(text, checked)) !== fromBase62(text.slice(checked))) return none
  const idStart = prefix.length + 1
  return some({ idPart: text.slice(idStart, idStart + idLength), text })
}

const prefixOf = (prefixes: KeyPrefixes, text: string): string | undefined => {
  const fits = (prefix: string): boolean =>
    text.length === prefix.length + bodyLength && text.startsWith(prefix)
  return fits(prefixes.current) ? prefixes.current : prefixes.retired.find(fits)
}

const hasGrammar = (text: string, prefixLength: number): boolean => {
  const secondUnderscore = prefixLength + 1 + idLength
  if (text[prefixLength] !== '_' || text[secondUnderscore] !== '_') return false
  for (let i = prefixLength + 1; i < text.length; i += 1)
    if (i !== secondUnderscore && digitValue(text.charCodeAt(i)) < 0) return false
  return true
}

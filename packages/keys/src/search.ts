import {
  containsKey,
  maskOf,
  nameIdentity,
  type KeyId,
  type KeyPrefixes,
  type RingKey,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { KeysError } from './errors.js'
import { invalidInput } from './inputs.js'

/** A checked search text, as names are compared by and as it was typed. */
export interface KeySearch {
  readonly inName: string
  readonly typed: string
}

const lengthMax = 64

/** Reads a search text. A key that is searched for would stand in an address, and is refused before anything else. */
export const checkSearch = (input: string): E.Either<KeysError, KeySearch> => {
  if (containsKey(input))
    return E.left(invalidInput('search', 'This is a key; search by name or by the part shown in the list.'))
  const typed = input
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
  const inName = comparable(typed)
  return inName === '' || Array.from(typed).length > lengthMax
    ? E.left(invalidInput('search', `Search by 1 to ${lengthMax} visible characters.`))
    : E.right({ inName, typed })
}

/** The form of a sigma tells where its word ends, which is another place in a part of the name than in the name. */
const comparable = (name: string): string => nameIdentity(name).replaceAll('ς', 'σ')

/** From so many characters on a text is looked for in ids and masks too: shorter ones stand in many by chance. */
const idLengthMin = 4

interface Searched {
  readonly name: string
  readonly mask: string
}

/** Tells whether a key is found. What keys are compared by is kept beside them, while they are held. */
export const keyFinder = (prefixes: KeyPrefixes): ((search: KeySearch) => (key: RingKey) => boolean) => {
  const searched = new WeakMap<RingKey, Searched>()
  const searchedOf = (key: RingKey): Searched => {
    const known = searched.get(key)
    if (known !== undefined) return known
    const made = { name: comparable(key.name), mask: maskOf(prefixes, key.keyId) }
    searched.set(key, made)
    return made
  }
  // What stands in every mask finds no key by it.
  const inEveryMask = `${prefixes.current}_`

  return ({ inName, typed }) => {
    const isPartOfId = Array.from(typed).length >= idLengthMin
    const isPartOfMask = isPartOfId && !inEveryMask.includes(typed)
    const lower = typed.toLowerCase()
    const inId = (keyId: KeyId): boolean => isPartOfId && keyId.includes(lower)
    return (key) => {
      const { name, mask } = searchedOf(key)
      return name.includes(inName) || (isPartOfMask && mask.includes(typed)) || inId(key.keyId)
    }
  }
}

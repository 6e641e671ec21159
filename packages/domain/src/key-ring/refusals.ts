import type { Instant } from '../values/instant.js'

/** Why the key ring refuses a command; each is a fact about the ring, not a fault. */
export type Refusal =
  /** The workspace has no key with this id; whether another workspace has is not told. */
  | { readonly _tag: 'KeyNotFound' }
  /** The key was changed since the caller has seen it: its revision is not the one that the command was bound to. */
  | { readonly _tag: 'KeyChanged' }
  /** The key has ended, by revocation or expiry: it can be neither renamed nor replaced. */
  | { readonly _tag: 'KeyEnded' }
  /** Another key of the workspace that is neither revoked nor expired has this name, whatever the case of letters. */
  | { readonly _tag: 'NameTaken' }
  /** The workspace has as many keys that are neither revoked nor expired as it may have. */
  | { readonly _tag: 'KeyLimitReached'; readonly activeKeysMax: number }
  /** The wanted expiry is not after the moment of the command. */
  | { readonly _tag: 'ExpiryNotInFuture'; readonly now: Instant }
  /** The request id was used before, for a request with other content. */
  | { readonly _tag: 'RequestReused' }
  /** The id of the new key exists already with other content: a bug of the caller, since ids are drawn at random. */
  | { readonly _tag: 'KeyIdTaken' }

export const keyNotFound: Refusal = { _tag: 'KeyNotFound' }
export const keyChanged: Refusal = { _tag: 'KeyChanged' }
export const keyEnded: Refusal = { _tag: 'KeyEnded' }
export const nameTaken: Refusal = { _tag: 'NameTaken' }
export const keyLimitReached = (activeKeysMax: number): Refusal => ({
  _tag: 'KeyLimitReached',
  activeKeysMax,
})
export const expiryNotInFuture = (now: Instant): Refusal => ({ _tag: 'ExpiryNotInFuture', now })
export const requestReused: Refusal = { _tag: 'RequestReused' }
export const keyIdTaken: Refusal = { _tag: 'KeyIdTaken' }

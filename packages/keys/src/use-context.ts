import { redactKeys, type UseContext } from '@detrics/keys-domain'

const actionLengthMax = 128
const clientLengthMax = 256
const addressLengthMax = 64

/**
 * What a caller says about a use comes from the network: keys in it are redacted, control characters made visible as
 * one replacement character, and long texts cut, in this order, so that no cut leaves a part of a key behind.
 */
export const cleanUseContext = ({ action, client, address }: UseContext): UseContext => ({
  action: cleanText(action, actionLengthMax),
  ...(client === undefined ? {} : { client: cleanText(client, clientLengthMax) }),
  ...(address === undefined ? {} : { address: cleanText(address, addressLengthMax) }),
})

const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu
const halfCharacter = /\p{Surrogate}$/u

/** A text from the network in the form in which it may be stored. */
export const cleanText = (text: string, lengthMax: number): string =>
  redactKeys(text).replace(unprintable, '\uFFFD').slice(0, lengthMax).replace(halfCharacter, '')

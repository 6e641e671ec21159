import { redactedText } from './secret.js'

/*
 * Wider than the grammar on purpose: any prefix or none, any letter case, a secret part cut short (a field with a
 * maximal length cuts what is pasted into it), a whole secret part with less than its id before it. An id of 22 characters with nothing of a secret behind it, as in a
 * mask, is not touched.
 */
const keyLike = /(?:[0-9A-Za-z]{1,32}_)?(?<![0-9A-Za-z])[0-9A-Za-z]{22}_[0-9A-Za-z]+|_[0-9A-Za-z]{38,}/g

/** The one regular expression with which whole keys of the default prefix are found, e.g. by a secret scanner. */
export const keyScanPattern = /\bdetrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}\b/

/** Whether a text contains a key, whole or cut short. */
export const containsKey = (text: string): boolean => text.search(keyLike) >= 0

/** The text with every key in it replaced; for everything that may carry one and is stored or logged. */
export const redactKeys = (text: string): string => text.replace(keyLike, redactedText)

import { redactedText } from './secret.js'

/*
 * Wider than the grammar on purpose. First alternative: any prefix or none, any letter case, a secret part cut short, as
 * a field with a maximal length cuts what is pasted into it. Second: a whole secret part with less than its id before
 * it. Third: a secret part alone, which is 38 digits of base62 and, if chance is not very odd, holds small and capital
 * letters and a digit. An id of 22 characters with nothing of a secret behind it, as in a mask, is not touched.
 */
const keyLike = new RegExp(
  [
    '(?:[0-9A-Za-z]{1,32}_)?(?<![0-9A-Za-z])[0-9A-Za-z]{22}_[0-9A-Za-z]+',
    '_[0-9A-Za-z]{38,}',
    '(?<![0-9A-Za-z])(?=[A-Za-z]{0,37}[0-9])(?=[0-9A-Z]{0,37}[a-z])(?=[0-9a-z]{0,37}[A-Z])[0-9A-Za-z]{38}(?![0-9A-Za-z])',
  ].join('|'),
  'g',
)

/** The one regular expression with which whole keys of the default prefix are found, e.g. by a secret scanner. */
export const keyScanPattern = /\bdetrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}\b/

/** Whether a text contains a key, whole or cut short. */
export const containsKey = (text: string): boolean => text.search(keyLike) >= 0

/** The text with every key in it replaced; for everything that may carry one and is stored or logged. */
export const redactKeys = (text: string): string => text.replace(keyLike, redactedText)

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The value of each character code below 128 as a base62 digit, −1 where it is none. */
const valueOfCode: Int8Array = Int8Array.from({ length: 128 }, (_, code) =>
  digits.indexOf(String.fromCharCode(code)),
)

/** The value of a character code as a base62 digit, or −1. */
export const digitValue = (code: number): number => (code < 128 ? (valueOfCode[code] ?? -1) : -1)

/** As many digits at once as a number holds exactly; arithmetic with large integers costs much more. */
const groupLength = 8
const groupSize = BigInt(62 ** groupLength)

/** Writes a number from 0 as exactly `width` digits, most significant first. */
export const toBase62 = (value: bigint, width: number): string => {
  let text = ''
  for (let rest = value; text.length < width; rest /= groupSize)
    text = groupOf(Number(rest % groupSize)) + text
  return text.slice(-width)
}

const groupOf = (value: number): string => {
  let text = ''
  for (let rest = value, i = 0; i < groupLength; i += 1, rest = Math.floor(rest / 62))
    text = digits.charAt(rest % 62) + text
  return text
}

/** Reads what `toBase62` wrote; the caller has made sure that all characters are digits. */
export const fromBase62 = (text: string): bigint => {
  let value = 0n
  for (let i = 0; i < text.length; i += 1) value = value * 62n + BigInt(digitValue(text.charCodeAt(i)))
  return value
}

/**
 * Draws `length` digits out of random bytes without bias: a byte of 248 (= 4 × 62) or more is passed over. Gives
 * undefined when the bytes do not suffice.
 */
export const randomDigits = (bytes: Uint8Array, length: number): string | undefined => {
  let text = ''
  for (const byte of bytes) {
    if (byte < 248) text += digits.charAt(byte % 62)
    if (text.length === length) return text
  }
  return undefined
}

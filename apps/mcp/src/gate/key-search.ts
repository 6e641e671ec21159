import { containsKey } from '@detrics/keys'

/** Whether a JSON value carries an API key in any of its strings, names of fields included. */
export const carriesKey = (value: unknown): boolean => {
  // A stack of its own instead of recursion, since the depth of the value is the sender's choice.
  const pending: Array<unknown> = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (typeof next === 'string' && containsKey(next)) return true
    if (typeof next === 'object' && next !== null) pending.push(...partsOf(next))
  }
  return false
}

const partsOf = (value: object): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)]

const encoded = /^=\?base64\?(.*)\?=$/i

/**
 * Whether a header of the protocol carries a key. These headers repeat parts of the body and come back in error
 * messages, also when they are encoded.
 */
export const protocolHeadersCarryKey = (headers: Headers): boolean =>
  [...headers].some(([name, value]) => name.startsWith('mcp-') && headerCarriesKey(value))

const headerCarriesKey = (value: string): boolean => {
  const inner = encoded.exec(value.trim())?.[1]
  return (
    containsKey(value) || (inner !== undefined && containsKey(Buffer.from(inner, 'base64').toString('utf8')))
  )
}

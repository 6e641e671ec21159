import type { Json } from './json.js'

/** A header of a response whose value is text. */
export const headerObject = (description: string): Json => ({ description, schema: { type: 'string' } })

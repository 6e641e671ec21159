import { createHash, randomBytes } from 'node:crypto'

/** 256 bits that nobody guesses, for a cookie. */
export const randomId = (): string => randomBytes(32).toString('base64url')

/** Whether a text may be one of ours, before it is sent out again. */
export const isRandomId = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** What is kept of an id: whoever reads the memory cannot send the cookie, and a lookup tells nothing by its time. */
export const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url')

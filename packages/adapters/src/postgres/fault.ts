import { outcomeUnknown, unavailable } from '@detrics/keys-domain'
import type { OutcomeUnknown, Unavailable } from '@detrics/keys-domain'

/**
 * PostgreSQL did not do it.
 * `unsent`: it was not asked. `undone`: it said that it undid everything. `doubtful`: no answer came, or none that says so.
 */
export interface Fault {
  readonly fate: 'unsent' | 'undone' | 'doubtful'
  /** PostgreSQL's or the network's own code, or a sentence of ours. Messages are left out: values stand in them. */
  readonly code: string
}

/** Only these classes of errors say that a statement came to nothing: all others, known or not, leave it in doubt. */
const undoneCodes = /^(?:22|23|250|40|42|53|54|55|P0)/
/** `statement_completion_unknown`. */
const doubtfulCode = '40003'

/** What a statement met that had been sent. */
export const faultOf = (error: unknown): Fault => {
  const code = codeOf(error)
  const isUndone = sqlState.test(code) && undoneCodes.test(code) && code !== doubtfulCode
  return { fate: isUndone ? 'undone' : 'doubtful', code }
}

export const unsent = (code: string): Fault => ({ fate: 'unsent', code })

const sqlState = /^[0-9A-Z]{5}$/

/** The driver's own errors have no code, and its messages may quote an address. */
export const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  if (typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code)) return code
  return 'the connection was lost, or no answer came in time'
}

/** An id or a place was taken, or two transactions waited for each other: alone, and later, it may go otherwise. */
export const isCollision = ({ fate, code }: Fault): boolean => fate === 'undone' && /^(?:23|40)/.test(code)

/** What an append is told whose statement met this fault. */
export const appendFault = (fault: Fault): Unavailable | OutcomeUnknown =>
  fault.fate === 'doubtful' ? outcomeUnknown(fault.code) : readFault(fault)

export const readFault = ({ code }: Fault): Unavailable => unavailable(code)

/** For the operator who opens a log. */
export const explain = (code: string): string => {
  if (code.startsWith('28')) return `the database refused the name or the password (${code})`
  if (code === '3D000') return `the database does not exist (${code})`
  if (code === '42501') return `the database does not permit its user to make or use its tables (${code})`
  if (code === '55P03') return `another process is making the tables and does not come to an end (${code})`
  if (/^E[A-Z]+$/.test(code)) return `the database cannot be reached (${code})`
  return sqlState.test(code) ? `the database cannot be used (${code})` : code
}

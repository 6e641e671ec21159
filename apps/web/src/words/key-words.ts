import type { Key } from '@detrics/keys-client'
import { dayMs, relativeWords } from './time-words.js'

export type Tone = 'good' | 'soon' | 'over' | 'quiet'

export interface KeyState {
  readonly label: string
  readonly tone: Tone
}

/** An expiry that is this near is said as the key's state, and not only among its dates. */
const soonMs = 7 * dayMs

/** How a key stands, in the words of its badge. */
export const keyState = ({ status, expiresAt, endsAt }: Key, now: number): KeyState => {
  if (status === 'revoked') return { label: 'Revoked', tone: 'over' }
  if (status === 'expired') return { label: 'Expired', tone: 'quiet' }
  if (endsAt === undefined) return { label: 'Active', tone: 'good' }
  if (endsAt !== expiresAt) return { label: `Ends ${relativeWords(endsAt, now)}`, tone: 'soon' }
  return endsAt - now < soonMs
    ? { label: `Expires ${relativeWords(endsAt, now)}`, tone: 'soon' }
    : { label: 'Active', tone: 'good' }
}

export const nameLengthMax = 64

/**
 * A name for the key that comes after: `Work laptop` → `Work laptop 2` → `Work laptop 3`. A revoked key keeps its name
 * in the activity, and two keys of one name could not be told apart there.
 */
export const nextName = (name: string): string => {
  const [, base = name, number = '1'] = /^(.*\S) (\d{1,6})$/u.exec(name) ?? []
  const ending = ` ${Number(number) + 1}`
  return (
    Array.from(base)
      .slice(0, nameLengthMax - ending.length)
      .join('')
      .trimEnd() + ending
  )
}

/** Whether two names are one for the person who reads them. */
export const isSameName = (a: string, b: string): boolean => folded(a) === folded(b)

const folded = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase()

/** `1 key`, `12 keys`. */
export const keyCount = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'key' : 'keys'}`

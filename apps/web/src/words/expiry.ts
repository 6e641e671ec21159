import { Instant } from '@detrics/keys-client'
import { dayMs } from './time-words.js'

/** When a new key expires: never, after some days, or at the end of a day. */
export type ExpiryChoice = 'none' | '7' | '30' | '90' | 'date'

export const expiryChoices: ReadonlyArray<readonly [ExpiryChoice, string]> = [
  ['none', 'No expiry'],
  ['7', 'In 7 days'],
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['date', 'On a date …'],
]

/**
 * The instant of a choice. Days are counted from when the dialog was opened and not from the click, so that a repeated
 * request is the same request.
 */
export const expiryOf = (choice: ExpiryChoice, date: string, openedAt: number): Instant | undefined => {
  if (choice === 'none') return undefined
  return choice === 'date' ? endOfDay(date) : instantOf(openedAt + Number(choice) * dayMs)
}

/** The last second of a day where the person is; undefined while the date is not complete. */
const endOfDay = (date: string): Instant | undefined => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []
  return day === undefined
    ? undefined
    : instantOf(new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59).getTime())
}

export const instantOf = (ms: number): Instant | undefined => (Instant.is(ms) ? ms : undefined)

/** The day after an instant, as a date field wants it: the earliest that may be chosen. */
export const dayAfter = (instant: number): string => localDay(instant + dayMs)

/** The day of an instant, as a date field wants it. */
export const localDay = (ms: number): string => {
  const date = new Date(ms)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** An instant as a field for date and time wants it, where the person is. */
export const localDateTime = (instant: number): string => {
  const date = new Date(instant)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${localDay(instant)}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** What such a field holds as an instant; undefined while it is not complete. */
export const instantOfLocal = (text: string): Instant | undefined =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? instantOf(new Date(text).getTime()) : undefined

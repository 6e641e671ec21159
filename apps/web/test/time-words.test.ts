import { describe, expect, test } from '@jest/globals'
import { clockWords, dateWords, dayWords, exactWords, relativeWords } from '../src/words/time-words.js'

const now = Date.parse('2026-02-16T09:30:00Z')
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const place = { locale: 'en-GB', timeZone: 'Europe/Madrid' }

describe('times in words', () => {
  test.each([
    [-10 * second, 'just now'],
    [10 * second, 'in a moment'],
    [-1 * minute, '1 minute ago'],
    [-59.9 * minute, '59 minutes ago'],
    [-3 * hour, '3 hours ago'],
    [23.4 * hour, 'in 23 hours'],
    [23.99 * hour, 'in 1 day'],
    [59.9 * minute, 'in 1 hour'],
    [6.99 * day, 'in 7 days'],
    [-6.99 * day, '6 days ago'],
    [-26 * hour, '1 day ago'],
    [-30 * day, '30 days ago'],
    [-31 * day, '16 Jan 2026'],
    [90 * day, 'in 90 days'],
    [150 * day, '16 Jul 2026'],
  ])('%d ms from now is “%s”', (ms, words) => {
    expect(relativeWords(now + ms, now, place)).toBe(words)
  })

  test('an exact time says its zone, and is that of the person who reads', () => {
    expect(exactWords(now, place)).toMatch(/^16 Feb 2026,? 10:30:00 CET$/)
    expect(exactWords(now, { locale: 'en-US', timeZone: 'America/New_York' })).toMatch(
      /^Feb 16, 2026, 4:30:00.AM EST$/,
    )
    expect(clockWords(now, place)).toBe('10:30:00')
  })

  test('a date is that of the place where the person is', () => {
    const late = Date.parse('2026-02-16T23:30:00Z')
    expect(dateWords(late, place)).toBe('17 Feb 2026')
    expect(dateWords(late, { ...place, timeZone: 'UTC' })).toBe('16 Feb 2026')
  })

  test('days are called today and yesterday where the person is', () => {
    expect(dayWords(Date.parse('2026-02-15T23:30:00Z'), now, place)).toBe('Today')
    expect(dayWords(Date.parse('2026-02-15T22:30:00Z'), now, place)).toBe('Yesterday')
    expect(dayWords(Date.parse('2026-02-13T12:00:00Z'), now, place)).toMatch(/^Friday,? 13 February 2026$/)
  })
})

import { describe, expect, test } from '@jest/globals'
import { dayAfter, expiryOf, instantOfLocal, localDateTime } from '../src/words/expiry.js'
import { retiresAt } from '../src/words/retirement.js'
import { dayMs, key, later, now } from './values.js'

describe('when a new key expires', () => {
  test('days count from when the dialog was opened, so that a retry is the same request', () => {
    expect(expiryOf('30', '', now)).toBe(now + 30 * dayMs)
    expect(expiryOf('none', '2026-03-01', now)).toBeUndefined()
  })

  test('a date means its last second, where the person is', () => {
    const end = new Date(expiryOf('date', '2026-03-01', now) ?? 0)
    expect([end.getFullYear(), end.getMonth(), end.getDate()]).toEqual([2026, 2, 1])
    expect([end.getHours(), end.getMinutes(), end.getSeconds()]).toEqual([23, 59, 59])
  })

  test.each(['', '2026-03', '0000-00-00x'])('a date that is not complete (%j) is none yet', (date) => {
    expect(expiryOf('date', date, now)).toBeUndefined()
  })

  test('the earliest date to choose is tomorrow', () => {
    const tomorrow = new Date(now + dayMs)
    expect(dayAfter(now).endsWith(String(tomorrow.getDate()).padStart(2, '0'))).toBe(true)
  })
})

describe('when a replaced key ends', () => {
  test('“now” lies in the past by the clock of the server, whatever the clock here says', () => {
    const { createdAt } = key()
    expect(retiresAt('now', { openedAt: now, createdAt })).toBe(createdAt)
  })

  test('otherwise so much later than the dialog was opened', () => {
    const of = { openedAt: now, createdAt: key().createdAt }
    expect(retiresAt('1-hour', of)).toBe(later(dayMs / 24))
    expect(retiresAt('24-hours', of)).toBe(later(dayMs))
    expect(retiresAt('7-days', of)).toBe(later(7 * dayMs))
  })
})

describe('a field for date and time', () => {
  test('reads what it shows, where the person is', () => {
    expect(instantOfLocal(localDateTime(now))).toBe(now)
  })

  test.each(['', '2026-02-16', '2026-02-16T1'])('holds no instant while it is not complete (%j)', (text) => {
    expect(instantOfLocal(text)).toBeUndefined()
  })
})

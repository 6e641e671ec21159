import { describe, expect, test } from '@jest/globals'
import { isSameName, keyCount, keyState, nextName } from '../src/words/key-words.js'
import { dayMs, key, later, me, now } from './values.js'

const hourMs = 3_600_000
const retirement = {
  reason: 'replaced',
  revokedAt: now,
  revokedBy: { type: 'member', memberId: me },
} as const

describe('how a key stands', () => {
  test.each([
    ['Active', key()],
    ['Active', key({ expiresAt: later(30 * dayMs), endsAt: later(30 * dayMs) })],
    ['Expires in 3 days', key({ expiresAt: later(3 * dayMs), endsAt: later(3 * dayMs) })],
    ['Expired', key({ status: 'expired', expiresAt: later(-1), endsAt: later(-1) })],
    ['Revoked', key({ status: 'revoked' })],
    [
      'Ends in 23 hours',
      key({ endsAt: later(dayMs - hourMs), revocation: { ...retirement, effective: later(dayMs - hourMs) } }),
    ],
    [
      'Ends in 20 days',
      key({
        expiresAt: later(90 * dayMs),
        endsAt: later(20 * dayMs),
        revocation: { ...retirement, effective: later(20 * dayMs) },
      }),
    ],
  ])('is said as “%s”', (label, shown) => {
    expect(keyState(shown, now).label).toBe(label)
  })
})

describe('the name of the key that comes after', () => {
  test.each([
    ['Work laptop', 'Work laptop 2'],
    ['Work laptop 2', 'Work laptop 3'],
    ['CI server 9', 'CI server 10'],
    ['2026', '2026 2'],
    ['Model T 1908x', 'Model T 1908x 2'],
  ])('%s → %s', (name, next) => {
    expect(nextName(name)).toBe(next)
  })

  test('is never longer than a name may be, and differs from the one before', () => {
    const long = '🔑'.repeat(64)
    expect(Array.from(nextName(long))).toHaveLength(64)
    expect(nextName(long)).toMatch(/ 2$/)
    expect(isSameName(nextName(long), long)).toBe(false)
  })

  test('names that people read as one are one', () => {
    expect(isSameName('Work laptop', ' work  LAPTOP ')).toBe(true)
    expect(isSameName('Work laptop', 'Work laptop 2')).toBe(false)
  })
})

test('keys are counted in words', () => {
  expect([0, 1, 1_000].map(keyCount)).toEqual(['0 keys', '1 key', '1,000 keys'])
})

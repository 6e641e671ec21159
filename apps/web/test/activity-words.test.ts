import { describe, expect, test } from '@jest/globals'
import { activityWords, warningOf } from '../src/words/activity-words.js'
import { sentenceText } from '../src/words/sentence.js'
import { exactWords } from '../src/words/time-words.js'
import { change, keyId, later, me, use } from './values.js'

const from = { memberId: me, nameOf: () => 'CI server' }
const other = { type: 'member', memberId: 'member-8' as typeof me } as const
const agent = { client: 'claude-code/2.1', address: '10.0.0.1' }

describe('activity in sentences', () => {
  test.each([
    [
      'Used for list_keys by claude-code/2.1 from 10.0.0.1 — accepted, 12 times',
      use({ ...agent, count: 12 }),
    ],
    ['Used for whoami — accepted', use({ action: 'whoami' })],
    [
      'Tried for list_keys by claude-code/2.1 from 10.0.0.1 — refused, the key was revoked, 1,200 times',
      use({ ...agent, outcome: 'revoked', count: 1_200 }),
    ],
    ['Tried for list_keys — refused, the key had expired', use({ outcome: 'expired' })],
    [
      'A wrong secret was presented for list_keys — refused, 3 times',
      use({ outcome: 'wrong-secret', count: 3 }),
    ],
    ['Made by you from 10.0.0.1', change({ origin: { address: '10.0.0.1' } })],
    [`Made by you, expires ${exactWords(later(0))}`, change({ expiresAt: later(0) })],
    ['Made by the key “CI server”', change({ actor: { type: 'key', keyId } })],
    ['Renamed to “Laptop” by member-8', change({ kind: 'renamed', name: 'Laptop', actor: other })],
    [
      'Revoked by you: compromised',
      change({ kind: 'revoked', effective: 'immediately', reason: 'compromised' }),
    ],
    [
      'Revoked by the system (leaked key found): leaked — “in a gist”',
      change({
        kind: 'revoked',
        effective: 'immediately',
        reason: 'leaked',
        note: 'in a gist',
        actor: { type: 'system', reason: 'leaked key found' },
      }),
    ],
    [
      `Revoked by you as of ${exactWords(later(0))}: replaced`,
      change({ kind: 'revoked', effective: later(0), reason: 'replaced' }),
    ],
  ])('%s', (sentence, entry) => {
    expect(sentenceText(activityWords(entry, from))).toBe(sentence)
  })

  test('what others said is kept apart from our own words', () => {
    const sentence = activityWords(use({ action: 'a', client: 'b', address: 'c' }), from)
    expect(sentence.filter((part) => typeof part !== 'string')).toEqual([
      { said: 'a' },
      { said: 'b' },
      { said: 'c' },
    ])
  })

  test('attempts that were refused stand out, and say why', () => {
    expect(warningOf(use({ outcome: 'revoked' }))).toBe('After revocation')
    expect(warningOf(use({ outcome: 'expired' }))).toBe('After expiry')
    expect(warningOf(use({ outcome: 'wrong-secret' }))).toBe('Wrong secret')
    expect(warningOf(use())).toBeUndefined()
    expect(warningOf(change({ kind: 'revoked' }))).toBeUndefined()
  })
})

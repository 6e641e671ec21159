import { describe, expect, test } from '@jest/globals'
import { byDay, summarised, whenOf } from '../src/words/grouping.js'
import { at, change, now, use } from './values.js'

const place = { locale: 'en-GB', timeZone: 'UTC' }

describe('entries under their days', () => {
  test('keep the order of the log, also where it goes back in time', () => {
    const entries = [
      use({ sequence: 4, lastAt: at('2026-02-16T09:00:00Z') }),
      use({ sequence: 3, lastAt: at('2026-02-15T23:00:00Z') }),
      change({ sequence: 2, occurredAt: at('2026-02-16T08:00:00Z') }),
      change({ sequence: 1, occurredAt: at('2026-02-10T08:00:00Z') }),
    ]
    const days = byDay(entries, now, place)
    expect(days.map(({ label, entries: those }) => [label, those.map(({ sequence }) => sequence)])).toEqual([
      ['Today', [4]],
      ['Yesterday', [3]],
      ['Today', [2]],
      [expect.stringMatching(/^Tuesday,? 10 February 2026$/), [1]],
    ])
    expect(new Set(days.map(({ id }) => id)).size).toBe(4)
  })

  test('of one day stand together', () => {
    expect(byDay([use({ sequence: 2 }), change()], now, place)).toHaveLength(1)
    expect(byDay([], now, place)).toEqual([])
  })

  test('stand where the last of the uses that they hold belongs', () => {
    expect(whenOf(use({ occurredAt: at('2026-02-15T23:59:00Z'), lastAt: now }))).toBe(now)
  })
})

describe('uses summed up', () => {
  const agent = { client: 'claude-code/2.1', address: '10.0.0.1' }
  const stranger = { client: 'curl/8', address: '198.51.100.23' }
  const summary = summarised([
    use({ ...agent, count: 12, occurredAt: at('2026-02-16T09:00:00Z'), lastAt: at('2026-02-16T09:01:00Z') }),
    use({ ...stranger, action: 'whoami', outcome: 'revoked', count: 4, lastAt: at('2026-02-15T10:00:00Z') }),
    use({
      ...stranger,
      action: 'whoami',
      count: 2,
      occurredAt: at('2026-02-14T10:00:00Z'),
      lastAt: at('2026-02-14T10:00:00Z'),
    }),
    use({ ...agent, count: 3, occurredAt: at('2026-02-12T09:00:00Z'), lastAt: at('2026-02-12T09:00:00Z') }),
    use({ outcome: 'wrong-secret', count: 5 }),
    change({ kind: 'revoked' }),
  ])

  test('add up by action, program and address, from the first to the last', () => {
    expect(summary.groups).toMatchObject([
      { action: 'whoami', ...stranger, accepted: 2, refused: 4, firstAt: at('2026-02-14T10:00:00Z') },
      {
        action: 'list_keys',
        ...agent,
        accepted: 15,
        refused: 0,
        firstAt: at('2026-02-12T09:00:00Z'),
        lastAt: at('2026-02-16T09:01:00Z'),
      },
    ])
  })

  test('tell uses, attempts after the end, and wrong secrets apart', () => {
    expect(summary).toMatchObject({ accepted: 17, refused: 4, wrongSecrets: 5 })
  })

  test('parts that look alike when they are joined are not the same', () => {
    const { groups } = summarised([
      use({ client: 'a', address: 'b' }),
      use({ client: 'ab' }),
      use({ address: 'ab' }),
    ])
    expect(groups).toHaveLength(3)
  })
})

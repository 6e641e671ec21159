import { describe, expect, test } from '@jest/globals'
import { queryOf, readPlace, type Place } from '../src/url/place.js'
import { at, keyId, otherKeyId, workspaceId } from './values.js'

const places: ReadonlyArray<readonly [string, Place]> = [
  ['', { view: { name: 'keys' } }],
  ['?workspace=demo-a', { workspaceId, view: { name: 'keys' } }],
  [
    '?workspace=demo-a&search=work+laptop&status=revoked',
    { workspaceId, view: { name: 'keys', search: 'work laptop', status: 'revoked' } },
  ],
  ['?workspace=demo-a&view=activity', { workspaceId, view: { name: 'activity' } }],
  [
    `?workspace=demo-a&view=activity&key=${keyId}&kind=used&outcome=wrong-secret&since=2026-02-16T09%3A30%3A00.000Z&until=2026-02-17T00%3A00%3A00.000Z`,
    {
      workspaceId,
      view: {
        name: 'activity',
        keyId,
        kind: 'used',
        outcome: 'wrong-secret',
        since: at('2026-02-16T09:30:00Z'),
        until: at('2026-02-17T00:00:00Z'),
      },
    },
  ],
  [
    `?workspace=demo-a&view=compromised&key=${keyId}&step=3&successor=${otherKeyId}&updated=yes`,
    { workspaceId, view: { name: 'compromised', keyId, step: 3, successor: otherKeyId, isUpdated: true } },
  ],
]

describe('a place in the address', () => {
  test.each(places)('%s is read and written', (query, place) => {
    expect(readPlace(query)).toEqual(place)
    expect(queryOf(place)).toBe(query)
  })

  test('what does not fit is left out', () => {
    const query =
      '?workspace=no%20workspace&view=activity&key=x&kind=deleted&outcome=good&since=yesterday&until=99999-01-01&more=1'
    expect(queryOf(readPlace(query))).toBe('?view=activity')
    expect(queryOf(readPlace('?view=elsewhere&status=lost&search='))).toBe('')
    expect(queryOf(readPlace('?view=compromised&key=nobody'))).toBe('')
  })

  test('no secret stays in it', () => {
    const secret = 'detrics_032SuBWdwG49N4djlXooaY_q7mK2ZbX4tLwP9cV1nRsD8fGhJ3yQ5uEaT6oM0'
    const written = queryOf(readPlace(`?workspace=demo-a&search=${secret}&token=${secret}&key=${secret}`))
    expect(written).toBe('?workspace=demo-a&search=detrics_032SuBWdwG49N4djlXooaY')
  })
})

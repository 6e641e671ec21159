import { instantToIso, type Instant } from '@detrics/keys-client'
import { operations } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { Count, InstantText, RevisionText } from '../../src/contract/values.js'

describe('an instant', () => {
  test.each([
    ['2027-01-31T09:00:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31t09:00:00z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00:00+02:00', '2027-01-31T07:00:00.000Z'],
    ['2027-01-31T23:30:00.5-00:45', '2027-02-01T00:15:00.500Z'],
    ['2024-02-29T00:00:00.123456789Z', '2024-02-29T00:00:00.123Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is read with any offset and written in UTC: %s', (text, written) => {
    const read = InstantText.decode(text)
    expect(E.map((instant: Instant) => [instantToIso(instant), InstantText.encode(instant)])(read)).toEqual(
      E.right([written, written]),
    )
  })

  test.each([
    '2027-01-31',
    '2027-01-31T09:00:00',
    '2027-01-31 09:00:00Z',
    '2027-02-29T09:00:00Z',
    '2027-02-30T09:00:00Z',
    '2027-00-10T09:00:00Z',
    '2027-13-01T09:00:00Z',
    '2027-01-31T24:00:00Z',
    '2027-01-31T09:60:00Z',
    '2016-12-31T23:59:60Z',
    '2027-01-31T09:00:00+24:00',
    '2027-01-31T09:00:00+0200',
    '2027-01-31T09:00:00.Z',
    '2027-01-31T09:00:00.0000000001Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+00:01',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '+002027-01-31T09:00:00Z',
    '2027-01-31T09:00:00Z\n',
    ' 2027-01-31T09:00:00Z',
    '1801386000000',
    1801386000000,
    null,
  ])('is refused that has no offset, no place in the calendar or another form: %j', (input) => {
    expect(E.isLeft(InstantText.decode(input))).toBe(true)
  })
})

describe('a number', () => {
  const limit = (input: unknown) => operations.listKeys.query.decode({ limit: input })

  test.each([
    '0',
    '-1',
    '+1',
    '1.5',
    '01',
    '1e1',
    '0x10',
    ' 1',
    '1 ',
    '',
    '٣',
    '9'.repeat(16),
    1,
    null,
    ['1'],
  ])('in a query is refused in any form but that of a whole number from 1: %j', (input) => {
    expect(E.isLeft(limit(input))).toBe(true)
  })

  test('in a query is read as it is, the longest too', () => {
    expect(limit('9'.repeat(15))).toEqual(E.right({ limit: 999_999_999_999_999 }))
  })

  test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null])(
    'is no count: %j',
    (input) => {
      expect(E.isLeft(Count.decode(input))).toBe(true)
    },
  )
})

test('a revision is read without losing a digit', () => {
  expect(RevisionText.decode('9007199254740993')).toEqual(E.right(9007199254740993n))
  expect(RevisionText.encode(9007199254740993n)).toBe('9007199254740993')
  for (const input of ['', '-1', '1.0', '0x1', '1'.repeat(20), 1, null])
    expect(E.isLeft(RevisionText.decode(input))).toBe(true)
})

import type { ClientError, ProblemCode } from '@detrics/keys-client'
import { problem, type FieldProblem } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import {
  changeTroubleOf,
  fieldTrouble,
  isAgain,
  isAtField,
  isOutcomeUnknown,
  isSignedOut,
  troubleOf,
} from '../src/words/problem-words.js'

const replied = (
  code: ProblemCode,
  errors?: ReadonlyArray<FieldProblem>,
  retryAfterSeconds?: number,
): ClientError => ({
  _tag: 'ProblemReply',
  problem: problem(code, errors),
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})
const lost: ClientError = { _tag: 'Unreachable', cause: 'network' }
const gateway: ClientError = { _tag: 'UnexpectedReply', status: 502 }

describe('errors in words', () => {
  test('a problem says what the API says, with the time to wait where it is given', () => {
    expect(troubleOf(replied('name_taken'))).toEqual({
      title: 'The name is taken',
      detail: 'Another active key of the workspace has this name: choose another.',
    })
    expect(troubleOf(replied('rate_limited', undefined, 12))).toEqual({
      title: 'Too many requests',
      detail: 'Try again in 12 seconds.',
    })
    expect(troubleOf(replied('overloaded', undefined, 1)).detail).toBe('Try again in a second.')
  })

  test('a change of which the reply was lost is not said to have failed', () => {
    for (const error of [lost, gateway, replied('outcome_not_known')])
      expect(changeTroubleOf(error).title).toBe('It is not known whether this was done')
    expect(changeTroubleOf(replied('store_unavailable')).title).toBe('The store does not answer')
    expect(isOutcomeUnknown({ _tag: 'UnexpectedReply', status: 404 })).toBe(false)
  })

  test('what can be tried again as it is, and what must be changed first', () => {
    expect([lost, replied('rate_limited'), replied('store_unavailable')].every(isAgain)).toBe(true)
    expect([undefined, replied('name_taken'), replied('key_ended')].some(isAgain)).toBe(false)
  })

  test('what is wrong with a field is said at the field', () => {
    const refused = replied('invalid_request', [{ pointer: '/name', detail: 'Shorten the name.' }])
    expect(fieldTrouble(refused, 'name')).toBe('Shorten the name.')
    expect(fieldTrouble(refused, 'note')).toBeUndefined()
    expect(fieldTrouble(replied('name_taken'), 'name')).toMatch(/choose another/)
    expect(fieldTrouble(replied('expiry_not_in_future'), 'expiresAt')).toMatch(/later/)
    expect(isAtField(refused)).toBe(true)
    expect(isAtField(replied('key_limit_reached'))).toBe(false)
  })

  test('every 401 means that the person must sign in', () => {
    expect(isSignedOut(replied('session_expired'))).toBe(true)
    expect(isSignedOut(replied('unauthenticated'))).toBe(true)
    expect(isSignedOut(replied('manager_required'))).toBe(false)
    expect(isSignedOut(lost)).toBe(false)
  })
})

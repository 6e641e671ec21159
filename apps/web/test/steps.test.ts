import { describe, expect, test } from '@jest/globals'
import { isDone, openStep } from '../src/compromise/steps.js'
import type { CompromisedView } from '../src/url/place.js'
import { keyId, otherKeyId } from './values.js'

const view: CompromisedView = { name: 'compromised', keyId, step: 1 }

describe('the way out of a compromise', () => {
  test('a step is done when it is done, and not when it was left', () => {
    expect(isDone(1, { ...view, step: 4 }, { status: 'active' })).toBe(false)
    expect(isDone(1, view, { status: 'expired' })).toBe(false)
    expect(isDone(1, view, { status: 'revoked' })).toBe(true)
    expect(isDone(2, view, { status: 'revoked' })).toBe(false)
    expect(isDone(2, { ...view, successor: otherKeyId }, { status: 'revoked' })).toBe(true)
    expect(isDone(3, { ...view, step: 4 }, { status: 'revoked' })).toBe(false)
    expect(isDone(3, { ...view, isUpdated: true }, { status: 'revoked' })).toBe(true)
  })

  test('a key that is revoked already needs no first step', () => {
    expect(openStep(view, { status: 'active' })).toBe(1)
    expect(openStep(view, { status: 'revoked' })).toBe(2)
    expect(openStep({ ...view, step: 4 }, { status: 'active' })).toBe(4)
  })
})

import { describe, expect, test } from '@jest/globals'
import { returnAddress } from '../../src/identity/session/return-to.js'

const own = 'https://keys.example.com'
const page = `${own}/mcp/api-keys`

describe('after the sign-in a member comes back', () => {
  test.each([
    ['/', `${own}/`],
    ['/mcp/api-keys', page],
    ['/mcp/api-keys?workspace=a&b=%2F#key', `${page}?workspace=a&b=%2F#key`],
    ['/docs', `${own}/docs`],
    ['/a//b', `${own}/a//b`],
    ['/straße', `${own}/stra%C3%9Fe`],
    ['/%5C%5Cevil.example', `${own}/%5C%5Cevil.example`],
    ['/%2F%2Fevil.example', `${own}/%2F%2Fevil.example`],
    ['/.//evil.example', `${own}//evil.example`],
    ['/@evil.example', `${own}/@evil.example`],
    ['/https://evil.example', `${own}/https://evil.example`],
  ])('to a path here: %s', (returnTo, address) => {
    expect(returnAddress(own, returnTo)).toBe(address)
  })

  test.each([
    'https://evil.example',
    'https://keys.example.com/other',
    '//evil.example',
    '///evil.example',
    '//keys.example.com/docs',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\b',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    '/a\r\nSet-Cookie: a=b',
    '/\u0000',
    '/\u202Egpj',
    ' /mcp',
    'mcp/api-keys',
    '',
    '.evil.example',
    ':@evil.example',
    '@evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/auth/login',
    '/auth/login?returnTo=/auth/login',
    '/AUTH/logout',
    '/x/../auth/login',
    '/.//auth/login',
    '/auth',
    `/${'a'.repeat(2_000)}`,
  ])('to the page instead: %j', (returnTo) => {
    expect(returnAddress(own, returnTo)).toBe(page)
  })

  test.each([undefined, null, 7, ['/a', '/b'], { a: '/b' }])(
    'to the page when it is no text: %j',
    (returnTo) => {
      expect(returnAddress(own, returnTo)).toBe(page)
    },
  )
})

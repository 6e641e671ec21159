import { expect, test } from '@jest/globals'
import { clientSubject } from '../../src/limits/client-subject.js'

const same = (...addresses: ReadonlyArray<string>): number => new Set(addresses.map(clientSubject)).size

test('an IPv4 address is one client, however it is written', () => {
  expect(clientSubject('192.0.2.7')).toBe('192.0.2.7')
  expect(same('192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7')).toBe(1)
  expect(same('192.0.2.7', '192.0.2.8')).toBe(2)
})

test('an IPv6 address is one client with all others of its /64', () => {
  expect(
    same(
      '2001:db8:1:2::1',
      '2001:0DB8:1:2:ffff:ffff:ffff:ffff',
      '2001:db8:1:2:0::',
      '2001:db8:1:2::192.0.2.7',
    ),
  ).toBe(1)
  expect(same('2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:0:2::1', '2001:db8::1', '::1')).toBe(5)
  expect(same('fe80::1%eth0', 'fe80::2%eth1', 'fe80::3')).toBe(1)
})

test('what is no address is one client', () => {
  expect(same('', 'unknown', 'a:b', ':::', '2001:db8::1::2', '%', 'x%y')).toBe(1)
})

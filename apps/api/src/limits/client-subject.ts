import { isIPv6 } from 'node:net'

/**
 * Whom an address counts as: an IPv4 address as itself, an IPv6 address as its /64, since whoever has one address of
 * it has them all. What is no address, as a proxy may pass on, is one client.
 */
export const clientSubject = (address: string): string => {
  if (!address.includes(':')) return address.includes('.') ? address : 'other'
  const plain = address.split('%', 1)[0] ?? ''
  if (!isIPv6(plain)) return 'other'
  const groups = groupsOf(plain)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped
    ? dotted(groups)
    : groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')
}

/** The eight groups of an IPv6 address, as numbers. */
const groupsOf = (address: string): ReadonlyArray<number> => {
  // The platform's parser of URLs writes every address in one way, without dotted parts.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const [before, after] = [numbersOf(head), numbersOf(tail)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

const numbersOf = (text: string): ReadonlyArray<number> =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))

const dotted = (groups: ReadonlyArray<number>): string =>
  groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')

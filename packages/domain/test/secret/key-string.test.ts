import {
  composeKey,
  defaultKeyPrefixes,
  idPartOf,
  keyIdOfPart,
  keyPrefixPattern,
  keyScanPattern,
  maskOf,
  parseKey,
  randomBytesPerSecret,
  reveal,
  type KeyPrefixes,
} from '@detrics/keys-domain'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { randomDigits } from '../../src/secret/base62.js'
import { crc32 } from '../../src/secret/crc32.js'
import { keyId, printSeed, sampled } from '../support.js'

beforeAll(printSeed)

const id = keyIdOfPart('02z8CIp4wLk8KMPHHHR5Jx')
if (O.isNone(id)) throw new Error('no key id')
const known = id.value
const counting = Uint8Array.from({ length: randomBytesPerSecret }, (_, i) => i)
/** Written down once and worked out by another program. */
const key = 'detrics_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEFGHIJKLMNOPQRSTUV2DlzKK'
const refuses = (text: string, prefixes = defaultKeyPrefixes): boolean => O.isNone(parseKey(prefixes, text))

/** The checksum as the key string writes it, so that what is refused is not refused for its checksum. */
const checked = (head: string): string => {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let text = ''
  for (let rest = crc32(head, head.length), i = 0; i < 6; i += 1, rest = Math.floor(rest / 62))
    text = digits.charAt(rest % 62) + text
  return head + text
}

describe('a key string', () => {
  test('is what the published form says, to the character', () => {
    expect(known).toBe('01951a2b-3c4d-7e5f-8a6b-7c8d9eafb0c1')
    expect(reveal(composeKey(defaultKeyPrefixes, known, counting))).toBe(key)
    expect(key).toMatch(keyScanPattern)
    expect(key).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
    expect(key).toHaveLength(69)
    expect(parseKey(defaultKeyPrefixes, key)).toStrictEqual(
      O.some({ idPart: '02z8CIp4wLk8KMPHHHR5Jx', text: key }),
    )
    expect(maskOf(defaultKeyPrefixes, known)).toBe('detrics_02z8CIp4wLk8KMPHHHR5Jx_\u2026')
  })

  test('passes over the bytes that would favour some characters', () => {
    const boundary = [255, 254, 248, 247, 0, 61, 62, 249, ...Array.from({ length: 48 }, (_, i) => 200 + i)]
    const bytes = Uint8Array.from({ length: randomBytesPerSecret }, (_, i) => boundary[i] ?? 0)
    expect(reveal(composeKey(defaultKeyPrefixes, known, bytes))).toBe(
      'detrics_02z8CIp4wLk8KMPHHHR5Jx_z0z0EFGHIJKLMNOPQRSTUVWXYZabcdef0uLVHC',
    )
  })

  test('is never made of too few random bytes', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(128).fill(248)])
      expect(() => composeKey(defaultKeyPrefixes, known, bytes)).toThrow('random bytes')
    expect(reveal(composeKey(defaultKeyPrefixes, known, new Uint8Array(32)))).toHaveLength(69)
  })

  test('of any id and any bytes is parsed, and names its id', () => {
    const bytes = fc.uint8Array({ minLength: randomBytesPerSecret, maxLength: randomBytesPerSecret })
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), bytes, (uuid, random) => {
        const made = keyIdOfPart(idPartOf(uuid as typeof known))
        expect(made).toStrictEqual(O.some(uuid))
        const text = reveal(composeKey(defaultKeyPrefixes, uuid as typeof known, random))
        expect(parseKey(defaultKeyPrefixes, text)).toStrictEqual(
          O.some({ idPart: idPartOf(uuid as typeof known), text }),
        )
        expect(text).toMatch(keyScanPattern)
      }),
      sampled(300),
    )
  })
})

describe('the id part', () => {
  test('is 22 characters that give the id back', () => {
    for (const n of [0, 1, 61, 62, 2 ** 47]) {
      expect(idPartOf(keyId(n))).toMatch(/^[0-9A-Za-z]{22}$/)
      expect(keyIdOfPart(idPartOf(keyId(n)))).toStrictEqual(O.some(keyId(n)))
    }
  })

  test.each([
    ['zero', '0000000000000000000000'],
    ['one', '0000000000000000000001'],
    ['the largest number of 128 bits', '7n42DGM5Tflk9n8mt7Fhc7'],
    ['a number of 129 bits', '7n42DGM5Tflk9n8mt7Fhc8'],
    ['the largest of 22 characters', 'zzzzzzzzzzzzzzzzzzzzzz'],
    ['a UUID v4', '7n42DGM5PW9UTFKxP3NWYh'],
    ['version 7 of another variant', '02z8CIp4wLjxL1GUGjLwXp'],
    ['nothing', ''],
  ])('stands for no key where it is no UUID v7: %s', (_, idPart) => {
    expect(keyIdOfPart(idPart)).toStrictEqual(O.none)
  })
})

describe('what is no key string of ours is refused', () => {
  const samples = [
    key,
    ...Array.from({ length: 8 }, (_, i) =>
      reveal(
        composeKey(
          defaultKeyPrefixes,
          keyId(i * 7919),
          counting.map((byte) => (byte * (2 * i + 3)) % 248),
        ),
      ),
    ),
  ]

  test('every change of one character', () => {
    let count = 0
    for (const text of samples)
      for (let i = 0; i < text.length; i += 1)
        for (let code = 0; code < 256; code += 1) {
          const changed = text.slice(0, i) + String.fromCharCode(code) + text.slice(i + 1)
          if (changed === text) continue
          count += 1
          if (!refuses(changed)) throw new Error(`accepted with another character at ${i}`)
        }
    process.stdout.write(`refused ${count} changes of one character\n`)
    expect(count).toBe(samples.length * 69 * 255)
  })

  test('every transposition of two neighbours', () => {
    let count = 0
    for (const text of samples)
      for (let i = 0; i + 1 < text.length; i += 1) {
        if (text[i] === text[i + 1]) continue
        count += 1
        const changed = `${text.slice(0, i)}${text[i + 1]}${text[i]}${text.slice(i + 2)}`
        if (!refuses(changed)) throw new Error(`accepted with characters exchanged at ${i}`)
      }
    process.stdout.write(`refused ${count} transpositions\n`)
    expect(count).toBeGreaterThan(500)
  })

  test('every truncation, every extension, every character left out or doubled', () => {
    for (const text of samples) {
      for (let i = 0; i < text.length; i += 1) {
        expect(refuses(text.slice(0, i))).toBe(true)
        expect(refuses(text.slice(text.length - i))).toBe(true)
        expect(refuses(text.slice(0, i) + text.slice(i + 1))).toBe(true)
        expect(refuses(text.slice(0, i + 1) + text.slice(i))).toBe(true)
      }
      for (const more of ['0', '_', ' ', '\n', '\0', text]) {
        expect(refuses(text + more)).toBe(true)
        expect(refuses(more + text)).toBe(true)
      }
    }
  })

  test.each(['Detrics', 'DETRICS', 'detric', 'detricss', 'other', ''])(
    'a right checksum over another prefix: "%s"',
    (prefix) => {
      expect(refuses(checked(`${prefix}_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEFGHIJKLMNOPQRSTUV`))).toBe(true)
    },
  )

  test.each([
    'detrics-02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEFGHIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5Jx-0123456789ABCDEFGHIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5J_x0123456789ABCDEFGHIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEF HIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEF_HIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5Jx_0123456789ABCDEF\u0130HIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5J\u00FC_0123456789ABCDEFGHIJKLMNOPQRSTUV',
    'detrics_02z8CIp4wLk8KMPHHHR5J\uFF58_0123456789ABCDEFGHIJKLMNOPQRSTUV',
  ])('a right checksum over another form: "%s"', (head) => {
    expect(refuses(checked(head))).toBe(true)
  })

  test('a right checksum is what these differ from', () => {
    expect(checked(key.slice(0, -6))).toBe(key)
  })

  test('a checksum of another spelling', () => {
    // A number above 32 bits that ends in the same 32 bits: the same checksum, written in another way.
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    let value = 0n
    for (const character of key.slice(-6)) value = value * 62n + BigInt(digits.indexOf(character))
    let text = ''
    for (let rest = value + (1n << 32n), i = 0; i < 6; i += 1, rest /= 62n)
      text = digits.charAt(Number(rest % 62n)) + text
    expect(refuses(key.slice(0, -6) + text)).toBe(true)
  })
})

describe('prefixes', () => {
  const rotated: KeyPrefixes = { current: 'detrics', retired: ['oldkeys', 'd', 'detrics2'] }
  const old = 'oldkeys_02z8CIp4wLk8KMPHHHR5Jx_z0z0EFGHIJKLMNOPQRSTUVWXYZabcdef4UqSnf'

  test('keys of a retired prefix stay valid, new keys have the current one', () => {
    expect(parseKey(rotated, old)).toStrictEqual(O.some({ idPart: '02z8CIp4wLk8KMPHHHR5Jx', text: old }))
    expect(refuses(old)).toBe(true)
    expect(parseKey(rotated, key)).toMatchObject({ _tag: 'Some' })
    expect(reveal(composeKey(rotated, known, counting))).toBe(key)
  })

  test('a prefix that begins another one is kept apart from it', () => {
    for (const prefix of ['d', 'detrics2']) {
      const text = reveal(composeKey({ current: prefix, retired: [] }, known, counting))
      expect(parseKey(rotated, text)).toStrictEqual(O.some({ idPart: '02z8CIp4wLk8KMPHHHR5Jx', text }))
      expect(refuses(text)).toBe(true)
    }
  })

  test('are 1 to 16 lower-case letters and digits, a letter first', () => {
    for (const prefix of ['a', 'detrics', 'a234567890123456']) expect(prefix).toMatch(keyPrefixPattern)
    for (const prefix of ['', '1a', 'A', 'a_b', 'a-b', 'a2345678901234567', 'a\n', '\u00FC'])
      expect(prefix).not.toMatch(keyPrefixPattern)
  })
})

describe('random digits', () => {
  test('each of the 248 bytes that are taken gives one character, each character from four of them', () => {
    const counts = new Map<string, number>()
    for (let byte = 0; byte < 256; byte += 1) {
      const character = randomDigits(Uint8Array.of(byte), 1)
      expect(character === undefined).toBe(byte > 247)
      if (character !== undefined) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    expect(counts.size).toBe(62)
    expect(new Set(counts.values())).toStrictEqual(new Set([4]))
  })

  test('at the boundary byte 247 is the last character and 248 is passed over', () => {
    expect(randomDigits(Uint8Array.of(247), 1)).toBe('z')
    expect(randomDigits(Uint8Array.of(248, 0), 1)).toBe('0')
    expect(randomDigits(Uint8Array.of(248), 1)).toBeUndefined()
  })
})

describe('CRC-32', () => {
  test.each([
    ['', 0],
    ['a', 0xe8b7be43],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of "%s"', (text, crc) => {
    expect(crc32(text, text.length)).toBe(crc)
    expect(crc32(`${text} and more`, text.length)).toBe(crc)
  })
})

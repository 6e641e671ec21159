import {
  composeKey,
  containsKey,
  defaultKeyPrefixes,
  maskOf,
  randomBytesPerSecret,
  redactKeys,
  reveal,
} from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import { keyId } from '../support.js'

const keyOf = (n: number, prefix = 'detrics'): string =>
  reveal(
    composeKey(
      { current: prefix, retired: [] },
      keyId(n),
      new Uint8Array(randomBytesPerSecret).map((_, i) => (i * 11 + n) % 248),
    ),
  )
const key = keyOf(1)
/** What must not be left of a key: everything behind its id. */
const secretPart = key.slice(-38)

describe('keys in free text are redacted', () => {
  test.each([
    ['alone', key, '[redacted]'],
    ['in a sentence', `My key is ${key}, thanks.`, 'My key is [redacted], thanks.'],
    ['in a header', `Bearer ${key}`, 'Bearer [redacted]'],
    ['in a query', `/mcp?key=${key}&x=1`, '/mcp?key=[redacted]&x=1'],
    ['in a path', `/v1/${key}/uses`, '/v1/[redacted]/uses'],
    ['in quotes', `{"key":"${key}"}`, '{"key":"[redacted]"}'],
    ['several', `${key} ${keyOf(2)}\n${keyOf(3)}`, '[redacted] [redacted]\n[redacted]'],
    ['the same twice', `${key},${key}`, '[redacted],[redacted]'],
    ['of another prefix', keyOf(1, 'a'), '[redacted]'],
    ['of the longest prefix', keyOf(1, 'a234567890123456'), '[redacted]'],
    ['in capitals', key.toUpperCase(), '[redacted]'],
    ['without a prefix', key.slice('detrics_'.length), '[redacted]'],
    ['behind a letter of another script', `\u00E9${key}`, '\u00E9[redacted]'],
    ['its secret part alone', `(${secretPart})`, '([redacted])'],
    ['with less than its id before its secret', key.slice(15), `${key.slice(15, 30)}[redacted]`],
    ['behind another word', `KEY_${key}`, 'KEY_[redacted]'],
  ])('%s', (_, text, redacted) => {
    expect(redactKeys(text)).toBe(redacted)
    expect(containsKey(text)).toBe(true)
    expect(redactKeys(redacted)).toBe(redacted)
    expect(containsKey(redacted)).toBe(false)
  })

  test('nothing of the secret is left of a key that is cut short, wherever it is cut', () => {
    for (let cut = 1; cut <= 38; cut += 1) {
      const text = `see ${key.slice(0, key.length - 38 + cut)}`
      expect(redactKeys(text)).toBe('see [redacted]')
      expect(containsKey(text)).toBe(true)
    }
  })

  test('nothing of the secret is left, whatever stands before and behind the key', () => {
    for (const before of ['', ' ', 'a', 'a_', '_', '-', '.', '=', 'x'.repeat(40), `${'x'.repeat(40)}_`])
      for (const behind of ['', ' ', 'a', '_', '_a', '-', '.', 'x'.repeat(40)])
        expect(redactKeys(before + key + behind)).not.toContain(secretPart)
  })
})

describe('what is no key stays', () => {
  test.each([
    ['a mask', maskOf(defaultKeyPrefixes, keyId(1))],
    ['a mask in a sentence', `The key ${maskOf(defaultKeyPrefixes, keyId(1))} was revoked.`],
    ['a key cut before its secret', key.slice(0, -38)],
    ['a key cut within its id', key.slice(0, 20)],
    ['a UUID', keyId(1)],
    ['UUIDs joined', `${keyId(1)}_${keyId(2)}`],
    ['a path', `/v1/workspaces/acme/keys/${keyId(1)}`],
    ['a user agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'],
    ['names with underscores', 'list_campaign_insights get_key_report snake_case_words_everywhere'],
    ['a digest', 'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(redactKeys(text)).toBe(text)
    expect(containsKey(text)).toBe(false)
  })
})

describe('long texts', () => {
  const size = 100_000
  const id = 'b'.repeat(22)

  // A search of quadratic work would take minutes here, not milliseconds.
  test.each([
    ['one letter', 'a'],
    ['letter and underscore', 'a_'],
    ['underscores', '_'],
    ['ids without a secret', `${id}_ `],
    ['ids that are too long', `${id}b_`],
    ['words of the length of a prefix', `${'a'.repeat(32)}_`],
    ['almost keys', `detrics_${id.slice(1)}_`],
  ])('are searched in linear time: %s', (_, piece) => {
    const text = piece.repeat(size / piece.length)
    const started = performance.now()
    expect(containsKey(text)).toBe(false)
    expect(redactKeys(text)).toBe(text)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('are redacted in linear time', () => {
    const count = 1_000
    expect(redactKeys(`${key} `.repeat(count))).toBe('[redacted] '.repeat(count))
    expect(redactKeys('a'.repeat(size) + key)).toHaveLength(size - 25 + '[redacted]'.length)
  })
})

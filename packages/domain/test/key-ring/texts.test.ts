import {
  composeKey,
  defaultKeyPrefixes,
  maskOf,
  nameIdentity,
  parseName,
  parseNote,
  randomBytesPerSecret,
  reveal,
} from '@detrics/keys-domain'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { keyId, printSeed, sampled } from '../support.js'

beforeAll(printSeed)

const key = reveal(composeKey(defaultKeyPrefixes, keyId(1), new Uint8Array(randomBytesPerSecret).fill(7)))
const persian = '\u06A9\u0644\u06CC\u062F\u200C\u0647\u0627\u06CC \u0645\u0646'
const programmer = '\u{1F469}\u{1F3FD}\u200D\u{1F4BB}'
const visible = 'Remove the control, direction or invisible characters from the'

describe('a name is accepted', () => {
  test.each([
    ['a word', 'CI', 'CI'],
    ['a digit', '7', '7'],
    ['punctuation', '#1', '#1'],
    ['spaces within', 'Build server', 'Build server'],
    ['spaces at the ends', '  CI ', 'CI'],
    ['runs of spaces', 'Build    server', 'Build server'],
    ['spaces of other widths', 'Build\u00A0\u2003\u3000server', 'Build server'],
    ['an emoji', '\u{1F511} keys', '\u{1F511} keys'],
    ['an emoji of several, with a joiner', programmer, programmer],
    ['an emoji with a selector', '\u2764\uFE0F', '\u2764\uFE0F'],
    ['a flag', '\u{1F1EE}\u{1F1F9}', '\u{1F1EE}\u{1F1F9}'],
    ['Persian with a non-joiner', persian, persian],
    ['Hindi with a joiner', '\u0915\u094D\u200D\u0937', '\u0915\u094D\u200D\u0937'],
    ['Japanese', '\u6771\u4EAC\u306E\u30AD\u30FC', '\u6771\u4EAC\u306E\u30AD\u30FC'],
    ['accents, composed', 'Jose\u0301', 'Jos\u00E9'],
    ['a mask', maskOf(defaultKeyPrefixes, keyId(1)), maskOf(defaultKeyPrefixes, keyId(1))],
    ['markup, which is text', '<b>&amp;</b>', '<b>&amp;</b>'],
    ['a name of every object', '__proto__', '__proto__'],
    ['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
    ['64 characters outside the basic plane', '\u{1F511}'.repeat(64), '\u{1F511}'.repeat(64)],
    ['64 characters once composed', 'e\u0301'.repeat(64), '\u00E9'.repeat(64)],
    ['64 characters without the spaces at the ends', ` ${'x'.repeat(64)} `, 'x'.repeat(64)],
  ])('%s', (_, input, name) => {
    expect(parseName(input)).toStrictEqual(E.right(name))
    // What was accepted once is accepted as it is from then on.
    expect(parseName(name)).toStrictEqual(E.right(name))
  })
})

const unseen = [
  ['a null', '\0'],
  ['a tab', '\t'],
  ['an escape', '\u001B'],
  ['a delete', '\u007F'],
  ['a C1 control', '\u0085'],
  ['a right-to-left override', '\u202E'],
  ['an isolate', '\u2066'],
  ['a right-to-left mark', '\u200F'],
  ['an Arabic letter mark', '\u061C'],
  ['a zero-width space', '\u200B'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\uFEFF'],
  ['a soft hyphen', '\u00AD'],
  ['a Hangul filler', '\u3164'],
  ['a tag', '\u{E0041}'],
  ['a variation selector of the supplement', '\u{E0100}'],
  ['a lone high surrogate', '\uD83D'],
  ['a lone low surrogate', '\uDE00'],
  ['a character of private use', '\uE000'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
  ['a carriage return', '\r'],
] as const

describe('a name is refused', () => {
  const empty = 'Give the key a name of 1 to 64 visible characters.'
  const holdsKey = 'This name contains an API key. Names are not secret: choose another one.'
  const long = 'Shorten the name to at most 64 characters.'

  test.each([
    ['nothing', '', empty],
    ['spaces', ' \u00A0\u3000 ', empty],
    ['joiners only', '\u200D\u200C', empty],
    ['a combining mark only', '\u0301', empty],
    ['65 characters', 'x'.repeat(65), long],
    ['65 characters outside the basic plane', '\u{1F511}'.repeat(65), long],
    ['a whole key', key, holdsKey],
    ['a key cut to the length of a name', key.slice(0, 64), holdsKey],
    ['a key cut to its first random character', key.slice(0, 32), holdsKey],
    ['a key among words', `CI ${key.slice(0, 40)} old`, holdsKey],
    ['a line break', 'Build\nserver', `${visible} name.`],
    ...unseen.map(([what, character]) => [what, `Build${character}server`, `${visible} name.`] as const),
  ])('%s', (_, input, problem) => {
    expect(parseName(input)).toStrictEqual(E.left(problem))
  })
})

describe('a note', () => {
  const empty = 'Write a note of 1 to 500 characters, or leave it out.'
  const holdsKey = 'This note contains an API key. Notes are not secret: leave the key out.'

  test.each([
    ['a sentence', 'Laptop stolen.', 'Laptop stolen.'],
    ['line breaks', 'One\nTwo\r\nThree', 'One\nTwo\nThree'],
    ['line breaks at the ends', '\nOne\n', 'One'],
    ['an emoji of several', programmer, programmer],
    ['Persian with a non-joiner', persian, persian],
    ['spaces as they are', 'One  two', 'One  two'],
    ['accents, composed', 'Jose\u0301', 'Jos\u00E9'],
    ['500 characters', 'x'.repeat(500), 'x'.repeat(500)],
  ])('is accepted: %s', (_, input, note) => {
    expect(parseNote(input)).toStrictEqual(E.right(note))
    expect(parseNote(note)).toStrictEqual(E.right(note))
  })

  test.each([
    ['nothing', '', empty],
    ['line breaks only', '\n\n', empty],
    ['501 characters', 'x'.repeat(501), 'Shorten the note to at most 500 characters.'],
    ['a whole key', `It was ${key}.`, holdsKey],
    ['a key cut short', `It was ${key.slice(0, 50)}`, holdsKey],
    ...unseen.map(([what, character]) => [what, `One${character}two`, `${visible} note.`] as const),
  ])('is refused: %s', (_, input, problem) => {
    expect(parseNote(input)).toStrictEqual(E.left(problem))
  })
})

describe('any text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({
      unit: fc.constantFrom('\u200D', '\u202E', ' ', '\n', 'a', '\uD800', 'e\u0301', 'secret-4711'),
    }),
  )

  const words = /^(Give|Write|Remove|Shorten|This (name|note) contains)[ -~]*\.$/

  test('is refused in words that do not repeat it, or kept in a form that is stable', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const parse of [parseName, parseNote]) {
          const result: E.Either<string, string> = parse(text)
          const again: E.Either<string, string> = E.isRight(result) ? parse(result.right) : result
          expect(again).toStrictEqual(result)
          expect(E.isRight(result) || words.test(result.left)).toBe(true)
        }
      }),
      sampled(500),
    )
  })

  test('is the same name as itself in any case and in any form of characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
          expect(nameIdentity(text.normalize(form))).toBe(nameIdentity(text))
        expect(nameIdentity(text.toUpperCase())).toBe(nameIdentity(text))
      }),
      sampled(300),
    )
  })
})

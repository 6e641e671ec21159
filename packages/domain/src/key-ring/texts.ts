import * as E from 'fp-ts/lib/Either.js'
import { containsKey } from '../secret/redaction.js'

export interface KeyNameBrand {
  readonly KeyName: unique symbol
}
export interface NoteBrand {
  readonly Note: unique symbol
}

/** A key's name: 1–64 visible characters, NFC, without control or direction characters, containing no key. */
export type KeyName = string & KeyNameBrand
/** What a person writes about a revocation: 1–500 characters, line breaks allowed, containing no key. */
export type Note = string & NoteBrand

export const nameLengthMax = 64
export const noteLengthMax = 500

/** A text that is refused: a sentence that says what to do and does not repeat the text. */
export type TextProblem = string

// Zero-width characters, direction controls, fillers and tags can make two names look alike. Joiners and variation
// selectors are of the same kind, but belong to the visible characters of many scripts and to emoji.
const unseen = /\p{Default_Ignorable_Code_Point}|[\u2800\uFFF9-\uFFFB]/u
const joiner = /\u200C|\u200D|\uFE0E|\uFE0F/gu
const control = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u

const hasUnseen = (text: string): boolean => control.test(text) || unseen.test(text.replace(joiner, ''))
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Reads a name as a person typed it: composed (NFC), every run of spaces one space, none at the ends. */
export const parseName = (input: string): E.Either<TextProblem, KeyName> => {
  const name = input
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
  if (!visible.test(name)) return E.left('Give the key a name of 1 to 64 visible characters.')
  if (containsKey(input))
    return E.left('This name contains an API key. Names are not secret: choose another one.')
  if (Array.from(name).length > nameLengthMax) return E.left('Shorten the name to at most 64 characters.')
  if (hasUnseen(name)) return E.left('Remove the control, direction or invisible characters from the name.')
  return E.right(name as KeyName)
}

/** Reads a note; the same rules with line breaks and more room. */
export const parseNote = (input: string): E.Either<TextProblem, Note> => {
  const note = input.normalize('NFC').replaceAll('\r\n', '\n').trim()
  if (!visible.test(note)) return E.left('Write a note of 1 to 500 characters, or leave it out.')
  if (containsKey(input))
    return E.left('This note contains an API key. Notes are not secret: leave the key out.')
  if (Array.from(note).length > noteLengthMax) return E.left('Shorten the note to at most 500 characters.')
  if (hasUnseen(note.replaceAll('\n', '')))
    return E.left('Remove the control, direction or invisible characters from the note.')
  return E.right(note as Note)
}

/** Two names are the same when this is equal: whatever the case of letters, the form of characters, and joiners. */
export const nameIdentity = (name: string): string =>
  name.replace(joiner, '').normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')

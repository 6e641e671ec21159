import { redactKeys } from '@detrics/keys'

/** Control, format and private characters, lone surrogates, line and paragraph separators. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * Makes text of a stranger fit for the record: without keys, cut, and printable. It is redacted before it is cut,
 * since a key that is cut short might no longer be found.
 */
export const evidence = (text: string, lengthMax: number): string =>
  redactKeys(text).slice(0, lengthMax).replaceAll(unprintable, '\uFFFD')

/** A text that came from outside. It is set apart where it is shown, so that its direction disturbs no other. */
export interface Said {
  readonly said: string
}

/** A sentence in parts: our own words, and what others said. */
export type Sentence = ReadonlyArray<string | Said>

/** The sentence as one text. */
export const sentenceText = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : part.said)).join('')

import { containsKey } from '@detrics/keys-client'

export interface Search {
  /** What is looked for; it holds nothing secret. */
  readonly term: string
  /** Whether a secret was in the text and has been taken out. */
  readonly heldSecret: boolean
}

const termLengthMax = 64
const publicPart = /[0-9A-Za-z]{1,16}_[0-9A-Za-z]{22}(?=_)/

/**
 * What a person typed or pasted, as it may be sent and stand in an address. Somebody who wants to know which key a found
 * secret belongs to pastes all of it: its public part, which the mask shows too, answers that.
 */
export const searchOf = (text: string): Search =>
  containsKey(text)
    ? { term: publicPart.exec(text)?.[0] ?? '', heldSecret: true }
    : { term: text.trimStart().slice(0, termLengthMax), heldSecret: false }

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/processes.js'

/** A sentence or a step of the users' manual, with the heading that it stands under. */
export interface Sentence {
  readonly heading: string
  readonly text: string
}

const item = /^\s+(?:•|\d+\.)\s+(.*)$/
/** A heading is a line of its own that ends in nothing a sentence ends in; a question is one when it opens the manual. */
const isHeading = (line: string): boolean => !/[.:]$/.test(line)

/** Every sentence and every step of the manual, in its order; headings and the line that leads to a list are none. */
export const sentencesOfManual = (): ReadonlyArray<Sentence> => {
  const sentences: Sentence[] = []
  let heading = ''
  for (const line of readFileSync(join(root, 'test/page/what-are-api-keys.txt'), 'utf8').split('\n')) {
    const step = item.exec(line)?.[1]
    if (step !== undefined) sentences.push({ heading, text: step.trim() })
    else if (line.trim() === '') continue
    else if (isHeading(line.trim())) heading = line.trim()
    else sentences.push(...split(line).map((text) => ({ heading, text })))
  }
  return sentences
}

const split = (line: string): ReadonlyArray<string> =>
  line
    .trim()
    .split(/(?<=[.!?]”?)\s+(?=[A-Z])/)
    .filter((text) => !text.endsWith(':'))

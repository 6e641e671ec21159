import { Fragment } from 'react'
import type { Sentence } from '../words/sentence.js'

/** A text from outside: always text, and with a direction of its own that disturbs nothing around it. */
export const Said = ({ children }: { readonly children: string }) => <bdi className="said">{children}</bdi>

export const Words = ({ sentence }: { readonly sentence: Sentence }) =>
  sentence.map((part, i) => (
    // The parts of a sentence have no names, and their order does not change.
    <Fragment key={i}>{typeof part === 'string' ? part : <Said>{part.said}</Said>}</Fragment>
  ))

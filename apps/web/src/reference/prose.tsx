import { Fragment } from 'react'

/** The little of Markdown that the descriptions use: paragraphs, headings of one level, and `code`. */
export const Prose = ({ text }: { readonly text: string }) =>
  text.split(/\n{2,}/).map((block, i) =>
    block.startsWith('## ') ? (
      <h3 key={i}>{block.slice(3)}</h3>
    ) : (
      <p key={i}>
        <Inline text={block} />
      </p>
    ),
  )

export const Inline = ({ text }: { readonly text: string }) =>
  text.split('`').map((part, i) => <Fragment key={i}>{i % 2 === 1 ? <code>{part}</code> : part}</Fragment>)

import type { CallToolResult } from '@modelcontextprotocol/server'
import type { ToolError, ToolOutput } from './tool.js'

/** A result in both forms: for programs, and as the same JSON in text for clients that know no other. */
export const succeeded = (output: ToolOutput): CallToolResult => ({
  structuredContent: { ...output },
  content: [{ type: 'text', text: JSON.stringify(output) }],
})

/** A plain sentence for the model. What went wrong inside is not its business and may be another's data. */
export const failed = (error: ToolError): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: sentenceOf(error) }],
})

/** For a bug of ours. The SDK would send the text of an exception to the client, whatever stands in it. */
export const faulted: CallToolResult = {
  isError: true,
  content: [{ type: 'text', text: 'The request could not be carried out because of an internal error.' }],
}

const tryAgain = 'The key store does not answer at the moment; nothing was done. Try again.'
const notForReading = 'The request could not be carried out.'

const sentences: Readonly<Record<Exclude<ToolError['_tag'], 'InvalidInput' | 'BadArgument'>, string>> = {
  KeyNotFound: 'The workspace has no key with this id.',
  StoreUnavailable: tryAgain,
  OutcomeNotKnown: tryAgain,
  TooMuchContention: tryAgain,
  KeyEnded: notForReading,
  KeyChanged: notForReading,
  NameTaken: notForReading,
  KeyLimitReached: notForReading,
  ExpiryNotInFuture: notForReading,
  RequestReused: notForReading,
  KeyIdTaken: notForReading,
}

const sentenceOf = (error: ToolError): string =>
  error._tag === 'InvalidInput' || error._tag === 'BadArgument' ? error.detail : sentences[error._tag]

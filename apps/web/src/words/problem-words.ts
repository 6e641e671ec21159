import type { ClientError, ProblemCode } from '@detrics/keys-client'

/** What went wrong, and what to do about it. */
export interface Trouble {
  readonly title: string
  readonly detail: string
}

/** An error in words; those of the API stand as it says them. */
export const troubleOf = (error: ClientError): Trouble => {
  switch (error._tag) {
    case 'ProblemReply':
      return { title: error.problem.title, detail: waiting(error.retryAfterSeconds) ?? error.problem.detail }
    case 'Unreachable':
      return error.cause === 'timeout'
        ? { title: 'The server takes too long to answer', detail: 'Try again in a moment.' }
        : { title: 'The server cannot be reached', detail: 'Check your connection and try again.' }
    case 'UnexpectedReply':
      return {
        title: 'The server answered in a way that this page does not understand',
        detail: `Reload the page: it may be older than the server. (Status ${error.status})`,
      }
  }
}

/** The same for a change, of which it may be unknown whether it was carried out. */
export const changeTroubleOf = (error: ClientError): Trouble =>
  isOutcomeUnknown(error)
    ? {
        title: 'It is not known whether this was done',
        detail: 'The reply did not arrive. Try again: it will not be done twice.',
      }
    : troubleOf(error)

export const isOutcomeUnknown = (error: ClientError): boolean =>
  error._tag === 'Unreachable' || codeOf(error) === 'outcome_not_known' || isServerFault(error)

/** Whether the next attempt is a repetition of this one. */
export const isAgain = (error: ClientError | undefined): boolean =>
  error !== undefined &&
  (isOutcomeUnknown(error) || (error._tag === 'ProblemReply' && error.problem.status >= 429))

const isServerFault = (error: ClientError): boolean => error._tag === 'UnexpectedReply' && error.status >= 500

export const codeOf = (error: ClientError): ProblemCode | undefined =>
  error._tag === 'ProblemReply' ? error.problem.code : undefined

const waiting = (seconds: number | undefined): string | undefined => {
  if (seconds === undefined) return undefined
  return `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`
}

type Field = 'name' | 'expiresAt' | 'note'

const fieldOfCode: Readonly<Partial<Record<ProblemCode, Field>>> = {
  name_taken: 'name',
  expiry_not_in_future: 'expiresAt',
}

/** What is wrong with one field of a form; undefined when the error is about something else. */
export const fieldTrouble = (error: ClientError | undefined, field: Field): string | undefined => {
  if (error?._tag !== 'ProblemReply') return undefined
  const { code, detail, errors } = error.problem
  if (fieldOfCode[code] === field) return detail
  return errors?.find(({ pointer }) => pointer === `/${field}`)?.detail
}

/** Whether an error stands at a field, so that it need not be said a second time. */
export const isAtField = (error: ClientError): boolean =>
  (['name', 'expiresAt', 'note'] as const).some((field) => fieldTrouble(error, field) !== undefined)

/** Whether the API does not know who asks, any more or at all. */
export const isSignedOut = (error: ClientError): boolean =>
  error._tag === 'ProblemReply' && error.problem.status === 401

import { redactKeys } from '@detrics/keys'
import type { FastifyServerOptions } from 'fastify'
import { codeOfFault } from './faults.js'

/** Where the log goes, one JSON object a line. */
export interface LogDestination {
  readonly write: (line: string) => void
}

/** The log holds nothing of a request: no header, body, query or path, whoever writes the line. */
export const logTo = (stream: LogDestination): NonNullable<FastifyServerOptions['logger']> => ({
  level: 'warn',
  stream,
  serializers: { err: shownFault, req: () => ({}), res: () => ({}) },
  hooks: {
    logMethod(args, write) {
      const [first, message] = args as readonly unknown[]
      // Without a text of its own a line gets the message of the Error in it, past the serializer.
      const text = redactKeys(typeof message === 'string' ? message : '')
      if (typeof first === 'string') write.apply(this, [redactKeys(first)])
      else write.apply(this, [first as object, text])
    },
  },
})

/**
 * An exception as the log may hold it: where it happened. Not its message, which may repeat what a caller has sent, in
 * pieces in which no secret is recognised any more.
 */
const shownFault = (
  error: unknown,
): { readonly type: string; readonly message: string; readonly code?: string; readonly stack: string } => {
  const { name, message, stack } = (error ?? {}) as Partial<Error>
  const code = codeOfFault(error)
  return {
    type: name ?? typeof error,
    message: '[not logged]',
    ...(code === undefined ? {} : { code }),
    stack: framesOf(message ?? '', stack ?? ''),
  }
}

/** What follows the message in a stack; nothing where the message is not found in it, and so cannot be cut off. */
const framesOf = (message: string, stack: string): string => {
  const start = stack.indexOf(message)
  return start < 0 ? '' : redactKeys(stack.slice(start + message.length).trim())
}

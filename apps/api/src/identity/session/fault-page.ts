import type { FastifyReply } from 'fastify'
import type { SignInFault } from './sign-in.js'

const faults: Readonly<Record<SignInFault, readonly [status: number, title: string, detail: string]>> = {
  sign_in_unknown: [
    400,
    'This sign-in is not known',
    'It was begun in another browser, is over, or took too long.',
  ],
  sign_in_denied: [403, 'You are not signed in', 'The identity provider did not let you in, or you said no.'],
  sign_in_failed: [
    400,
    'The sign-in failed',
    'The identity provider answered in a way that is not accepted here.',
  ],
  sign_in_refused: [
    403,
    'You cannot be signed in',
    'What the identity provider says of you does not fit. The operator finds the reason in the log.',
  ],
  identity_unavailable: [503, 'The identity provider does not answer', 'Try again in a moment.'],
}

/**
 * Tells a person that the sign-in did not come about; by itself, since the page would send the browser to the provider
 * again. Nothing of the request stands in it.
 */
export const sendFaultPage = (reply: FastifyReply, fault: SignInFault): FastifyReply => {
  const [status, title, detail] = faults[fault]
  if (status === 503) void reply.header('retry-after', '5')
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n` +
        `<meta name="viewport" content="width=device-width">\n<title>${title}</title>\n` +
        `<main>\n<h1>${title}</h1>\n<p>${detail}</p>\n<p><a href="/auth/login">Sign in again</a></p>\n</main>\n</html>\n`,
    )
}

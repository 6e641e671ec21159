import { problem } from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import { sendProblem } from '../../replies.js'
import { clearedCookie, loginCookie, readCookie, sessionCookie, setCookie } from './cookies.js'
import { sendFaultPage } from './fault-page.js'
import { isFromElsewhere } from './origin.js'
import { isRandomId, randomId } from './random-id.js'
import { returnAddress } from './return-to.js'
import type { Sessions } from './sessions.js'
import { callbackPath, signInSecondsMax, type SignIn } from './sign-in.js'

export interface SessionParts {
  readonly sessions: Sessions
  readonly signIn: SignIn
  readonly publicUrl: string
}

/** The paths by which members sign in and out. */
export const authPaths = ['/auth/login', callbackPath, '/auth/logout'] as const

/** Following a link looks ahead with HEAD, which must use nothing up. */
const getOnly = { exposeHeadRoute: false }

export const addSessionRoutes = (app: FastifyInstance, parts: SessionParts): void => {
  app.get('/auth/login', getOnly, (request, reply) => login(parts, request, reply))
  app.get(callbackPath, getOnly, (request, reply) => callback(parts, request, reply))
  app.post('/auth/logout', (request, reply) => logout(parts, request, reply))
}

const login = async (
  { signIn, publicUrl }: SessionParts,
  { headers, query }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { returnTo } = query as { readonly returnTo?: unknown }
  // A browser keeps its own for a while, so that a sign-in in one tab does not spoil the one in another.
  const kept = readCookie(headers.cookie, loginCookie) ?? ''
  const browser = isRandomId(kept) ? kept : randomId()
  const begun = await signIn.begin({ browser, returnTo: returnAddress(publicUrl, returnTo) })
  if (E.isLeft(begun)) return sendFaultPage(reply, begun.left)
  return reply
    .header('set-cookie', setCookie(loginCookie, browser, signInSecondsMax))
    .redirect(begun.right, 303)
}

const callback = async (
  { signIn, sessions }: SessionParts,
  { headers: { cookie }, url }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const finished = await signIn.finish(readCookie(cookie, loginCookie), url.slice(url.indexOf('?') + 1))
  if (E.isLeft(finished)) return sendFaultPage(reply, finished.left)
  // Never the session that the browser came with: somebody else might know its id.
  sessions.end(readCookie(cookie, sessionCookie) ?? '')
  return reply
    .header('set-cookie', setCookie(sessionCookie, sessions.begin(finished.right.member)))
    .redirect(finished.right.returnTo, 303)
}

/** Ends the session here, and tells where to end the one at the provider; `null` where it has no such place. */
const logout = async (
  { signIn, sessions, publicUrl }: SessionParts,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  // Also without a cookie: the reply to another site's form would take away one that has stayed in the browser.
  if (isFromElsewhere({ method, headers }, publicUrl)) return sendProblem(reply, problem('origin_refused'))
  sessions.end(readCookie(headers.cookie, sessionCookie) ?? '')
  return reply
    .header('set-cookie', clearedCookie(sessionCookie))
    .send({ endSessionUrl: signIn.endSessionUrl() ?? null })
}

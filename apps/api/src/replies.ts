import type { Operation, Problem, ProblemCode } from '@detrics/keys-client/contract'
import type { FastifyReply } from 'fastify'
import { entityTagOf } from './preconditions.js'

/**
 * On every reply. They tell what may change at any moment, and one of them holds a secret: nobody keeps a copy. Nothing
 * here is for another site to show or to load.
 */
export const everyReply = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** A result, written by the codec of its operation: members that the contract does not name stay inside. */
export const sendAnswer = (
  reply: FastifyReply,
  { status, body: codec, hasEntityTag }: Operation['reply'],
  { body, replayed }: { readonly body: unknown; readonly replayed?: boolean },
): FastifyReply => {
  if (replayed === true) void reply.header('idempotency-replayed', 'true')
  if (hasEntityTag === true)
    void reply.header(
      'etag',
      entityTagOf((body as { readonly key: { readonly revision: bigint } }).key.revision),
    )
  return reply.status(status).send(codec.encode(body))
}

const shownProblems = new WeakMap<FastifyReply, ProblemCode>()

/** The problem that a reply shows, for whoever counts or logs it. */
export const problemIn = (reply: FastifyReply): ProblemCode | undefined => shownProblems.get(reply)

/** In seconds; where nothing else is known, soon. */
const retryAfterDefault = 1

export const sendProblem = (
  reply: FastifyReply,
  body: Problem,
  retryAfterSeconds: number = retryAfterDefault,
): FastifyReply => {
  shownProblems.set(reply, body.code)
  if (body.status === 503 || body.status === 429) void reply.header('retry-after', String(retryAfterSeconds))
  if (body.status === 401) void reply.header('www-authenticate', challengeOf(body))
  return reply.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** RFC 6750 §3: no error code for whoever has sent no bearer; the cookie of a session is none. */
const challengeOf = ({ code, title }: Problem): string =>
  code === 'unauthenticated' || code === 'session_expired'
    ? 'Bearer'
    : `Bearer error="invalid_token", error_description="${title}"`

import type { FastifyReply } from 'fastify'
import type { Reply } from './call.js'
import type { Problem } from './problems.js'

/** Replies tell what may change at any moment, and one of them holds a secret: nobody keeps a copy. */
export const everyReply = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export const sendReply = (reply: FastifyReply, { status, body, replayed }: Reply): FastifyReply => {
  if (replayed === true) void reply.header('idempotency-replayed', 'true')
  return reply.status(status).send(body)
}

export const sendProblem = (reply: FastifyReply, body: Problem): FastifyReply => {
  if (body.status === 503) void reply.header('retry-after', '1')
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer')
  return reply.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

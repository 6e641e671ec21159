import { redactKeys, type Keys } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Call } from './call.js'
import { guard } from './guards.js'
import type { Identity } from './identity.js'
import { problem, type Problem, type ProblemCode } from './problems.js'
import { routes, type Route } from './routes.js'

export interface ApiParts {
  readonly keys: Keys
  readonly identity: Identity
  /** Where the log goes, one JSON object a line. */
  readonly log: { readonly write: (line: string) => void }
}

const bodyBytesMax = 64 * 1024
const userAgentLengthMax = 256
/** Time for a client to send its headers, and its whole request: slow senders hold no place for longer. */
const headersMsMax = 10_000
const requestMsMax = 30_000

/** Replies tell what may change at any moment, and one of them holds a secret: nobody keeps a copy. */
const everyReply = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** The HTTP API over an open front door. */
export const createApi = ({ keys, identity, log }: ApiParts): FastifyInstance => {
  const app = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    http: { headersTimeout: headersMsMax },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    logger: { level: 'warn', stream: log },
    frameworkErrors: (_error, _request, reply) => {
      // Comes before any hook, for a path that cannot be decoded.
      void sendProblem(reply.headers(everyReply), problem('not_found'))
    },
    clientErrorHandler: (_error, socket) => {
      const body = JSON.stringify(problem('malformed_http'))
      const head =
        'HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nConnection: close\r\n'
      if (socket.writable) socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    },
  })
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(everyReply)
    const code = guard(request)
    if (code !== undefined) await sendProblem(reply, problem(code))
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problem('not_found')))
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problem(faultCode(error, request))))
  app.get('/health', () => ({ status: 'ok' }))
  for (const route of routes) addRoute(app, route, keys, identity)
  return app
}

const addRoute = (
  app: FastifyInstance,
  { method, path, handle }: Route,
  keys: Keys,
  identity: Identity,
): void => {
  app.route({
    method,
    url: path,
    handler: async (request, reply) => {
      const member = identity(request.headers)
      const outcome =
        member === undefined ? E.left(problem('not_found')) : await handle(callOf(request, keys, member))()
      if (E.isLeft(outcome)) return sendProblem(reply, outcome.left)
      if (outcome.right.replayed === true) void reply.header('idempotency-replayed', 'true')
      return reply.status(outcome.right.status).send(outcome.right.body)
    },
  })
}

const callOf = (request: FastifyRequest, keys: Keys, member: Call['member']): Call => ({
  keys,
  member,
  params: request.params as Readonly<Record<string, string>>,
  query: request.query,
  body: request.body,
  origin: originOf(request),
  idempotencyKey: headerOf(request, 'idempotency-key'),
})

const originOf = (request: FastifyRequest): Call['origin'] => {
  const userAgent = headerOf(request, 'user-agent')
  return {
    address: request.ip,
    ...(userAgent === undefined ? {} : { userAgent: redactKeys(userAgent).slice(0, userAgentLengthMax) }),
  }
}

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

const sendProblem = (reply: FastifyReply, body: Problem): FastifyReply => {
  if (body.status === 503) void reply.header('retry-after', '1')
  return reply.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** What Fastify refuses by itself, in our words. */
const faults: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_http',
}

/** An exception is a defect of ours, unless it is Fastify's own way of refusing a request. */
const faultCode = (error: unknown, request: FastifyRequest): ProblemCode => {
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number }
  const known = code === undefined ? undefined : faults[code]
  if (known !== undefined) return known
  if (statusCode === 400) return 'invalid_json'
  const stack = error instanceof Error ? (error.stack ?? error.message) : 'no Error was thrown'
  request.log.error({ event: 'internal_error', route: request.routeOptions.url, stack: redactKeys(stack) })
  return 'internal_error'
}

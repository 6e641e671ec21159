import type { Keys } from '@detrics/keys'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { answerUnreadable, faultCode } from './faults.js'
import { guardOf } from './guards.js'
import type { Identity } from './identity.js'
import { readJsonOnly } from './json-body.js'
import { logTo, type LogDestination } from './log.js'
import { problem } from './problems.js'
import { addRoutes } from './registration.js'
import { everyReply, sendProblem } from './replies.js'

export interface ApiParts {
  readonly keys: Keys
  readonly identity: Identity
  readonly log: LogDestination
}

const bodyBytesMax = 64 * 1024
/** Time for a client to send its headers, and its whole request: slow senders hold no place for longer. */
const headersMsMax = 10_000
const requestMsMax = 30_000
/** How often both are looked at; Node's 30 s would let slow headers have three times their time. */
const slowLookMs = 2_000

/** The HTTP API over an open front door. */
export const createApi = ({ keys, identity, log }: ApiParts): FastifyInstance => {
  const app = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    http: {
      headersTimeout: headersMsMax,
      connectionsCheckingInterval: slowLookMs,
      // A request without Host is refused by the guard, in a form that our clients can read.
      requireHostHeader: false,
    },
    // What is already on its way while the server stops is answered as ever; the front door is closed after that.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    logger: logTo(log),
    frameworkErrors: (_error, _request, reply) => {
      // Comes before any hook, for a path that cannot be decoded.
      void sendProblem(reply.headers(everyReply), problem('not_found'))
    },
    clientErrorHandler: answerUnreadable,
  })
  // Node answers an expectation that it does not know by itself, without our headers; it may as well be ignored.
  app.server.on('checkExpectation', (request, reply) => app.server.emit('request', request, reply))
  readJsonOnly(app)
  const guard = guardOf(app)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(everyReply)
    // Before the body is looked at: to a path that leads nowhere, its faults do not matter.
    const code = guard(request.headers) ?? (request.is404 ? 'not_found' : undefined)
    return code === undefined ? undefined : sendProblem(reply, problem(code))
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problem('not_found')))
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problem(faultCode(error, request))))
  addRoutes(app, keys, identity)
  return app
}

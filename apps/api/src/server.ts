import type { Keys } from '@detrics/keys'
import { operationIds, operations, problem } from '@detrics/keys-client/contract'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { randomUUID } from 'node:crypto'
import { answerUnreadable, faultCode } from './faults.js'
import { guardOf } from './guards.js'
import { authPaths, type Identity } from './identity/index.js'
import { readJsonOnly } from './json-body.js'
import { limitCallers, shedLoad, standardLimits, type Limits } from './limits/index.js'
import { logTo, type LogDestination } from './log.js'
import {
  addMetrics,
  countedKeys,
  createMetrics,
  metricsPath,
  observe,
  type Metrics,
} from './metrics/index.js'
import { addOpenApi, openApiPath } from './openapi/route.js'
import { addPage, pagePaths, type Page } from './page.js'
import { addOperations, refuseOtherMethods, routePath } from './registration.js'
import { everyReply, sendProblem } from './replies.js'
import { logRequests } from './request-log.js'
import { stoppable } from './stopping.js'

export interface ApiParts {
  readonly keys: Keys
  readonly identity: Identity
  readonly log: LogDestination
  /** The files of the page; without them only the API is served. */
  readonly page?: Page
  /** The address that members use, as an origin; without it the server's own on loopback. */
  readonly publicUrl?: string
  /** The address that agents use. */
  readonly publicMcpUrl?: string
  /** Addresses and networks whose word on where a request comes from counts. */
  readonly trustedProxies?: ReadonlyArray<string>
  /** Where the process counts; default: metrics of its own. */
  readonly metrics?: Metrics
  /** Default: the standard ones. Others are for tests, which do in a moment what callers do in an hour. */
  readonly limits?: Limits
}

const bodyBytesMax = 64 * 1024
/** Time for a client to send its headers, and its whole request: slow senders hold no place for longer. */
const headersMsMax = 10_000
const requestMsMax = 30_000
/** How often both are looked at; Node's 30 s would let slow headers have three times their time. */
const slowLookMs = 2_000

/** The HTTP API, with its description and the page, over an open front door. */
export const createApi = (parts: ApiParts): FastifyInstance => {
  const { identity, metrics = createMetrics(), limits = standardLimits } = parts
  const app = emptyServer(parts)
  shedLoad(app, limits, metrics)
  observe(app, metrics)
  logRequests(app)
  const isServing = stoppable(app)
  guard(app, parts)
  limitCallers(app, limits, metrics)
  const publicMcpUrl = parts.publicMcpUrl ?? 'http://127.0.0.1:4701/mcp'
  addOperations(app, { keys: countedKeys(parts.keys, metrics), isServing, publicMcpUrl }, identity)
  identity.addRoutes?.(app)
  addMetrics(app, metrics, identity)
  addOpenApi(app, parts.publicUrl ?? 'http://127.0.0.1:4700')
  if (parts.page !== undefined) addPage(app, parts.page)
  for (const path of pathsOf(parts)) refuseOtherMethods(app, path)
  return app
}

const emptyServer = ({ log, trustedProxies = [] }: ApiParts): FastifyInstance => {
  const app = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    trustProxy: trustedProxies.length === 0 ? false : Array.from(trustedProxies),
    http: {
      headersTimeout: headersMsMax,
      connectionsCheckingInterval: slowLookMs,
      // A request without Host is refused by the guard, in a form that our clients can read.
      requireHostHeader: false,
    },
    // What is already on its way while the server stops is answered as ever; the front door is closed after that.
    return503OnClosing: false,
    // Drawn, not counted: it is in replies, and a count would tell how much others do.
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
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
  return app
}

const guard = (app: FastifyInstance, { publicUrl }: ApiParts): void => {
  const refuse = guardOf(app, publicUrl)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(everyReply)
    // Before the body is looked at: to a path that leads nowhere, its faults do not matter.
    const code = refuse(request.headers) ?? (request.is404 ? 'not_found' : undefined)
    return code === undefined ? undefined : sendProblem(reply, problem(code))
  })
  app.setNotFoundHandler((_request, reply) =>
    // A file that is not there has been given the headers of one that is.
    sendProblem(reply.removeHeader('vary').headers(everyReply), problem('not_found')),
  )
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problem(faultCode(error, request))))
}

const pathsOf = ({ identity, page }: ApiParts): ReadonlyArray<string> =>
  Array.from(
    new Set([
      ...operationIds.map((operationId) => routePath(operations[operationId].path)),
      openApiPath,
      metricsPath,
      ...(identity.addRoutes === undefined ? [] : authPaths),
      ...(page === undefined ? [] : Object.keys(pagePaths)),
    ]),
  )

import type { Keys } from '@detrics/keys'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import type { Call } from './call.js'
import type { Identity, Member } from './identity.js'
import { problem } from './problems.js'
import { sendProblem, sendReply } from './replies.js'
import { routes, type Route } from './routes.js'

const healthPath = '/health'

/** Puts the table of routes, and the answers to wrong methods, into the server. */
export const addRoutes = (app: FastifyInstance, keys: Keys, identity: Identity): void => {
  app.get(healthPath, () => ({ status: 'ok' }))
  for (const route of routes) addRoute(app, route, keys, identity)
  for (const path of [healthPath, ...new Set(routes.map((route) => route.path))])
    refuseOtherMethods(app, path)
}

const addRoute = (app: FastifyInstance, route: Route, keys: Keys, identity: Identity): void => {
  app.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const member = identity(request.headers)
      if (member === undefined) return sendProblem(reply, problem('unauthenticated'))
      const outcome = await route.handle(callOf(request, keys, member))()
      return E.isLeft(outcome) ? sendProblem(reply, outcome.left) : sendReply(reply, outcome.right)
    },
  })
}

/** Answers before the body is read, whatever it holds. */
const refuseOtherMethods = (app: FastifyInstance, path: string): void => {
  const isServed = (method: string): boolean => app.hasRoute({ method, url: path })
  const [allowed, others] = [
    app.supportedMethods.filter(isServed),
    app.supportedMethods.filter((m) => !isServed(m)),
  ]
  app.route({
    method: others,
    url: path,
    onRequest: async (_request, reply) =>
      sendProblem(reply.header('allow', allowed.join(', ')), problem('method_not_allowed')),
    handler: () => undefined,
  })
}

const callOf = (request: FastifyRequest, keys: Keys, member: Member): Call => ({
  keys,
  member,
  params: request.params as Readonly<Record<string, string>>,
  query: request.query,
  body: request.body,
  origin: originOf(request),
  idempotencyKey: headerOf(request, 'idempotency-key'),
})

/** As it came: the front door redacts and cuts what it stores. */
const originOf = (request: FastifyRequest): Call['origin'] => {
  const userAgent = headerOf(request, 'user-agent')
  return { address: request.ip, ...(userAgent === undefined ? {} : { userAgent }) }
}

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

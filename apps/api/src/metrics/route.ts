import { problem } from '@detrics/keys-client/contract'
import type { FastifyInstance } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import type { Identity } from '../identity/index.js'
import { admission } from '../registration.js'
import { sendProblem } from '../replies.js'
import { metricsType, type Metrics } from './metrics.js'

export const metricsPath = '/metrics'

/** Serves the metrics to services: they name nobody, but they tell how much goes on. */
export const addMetrics = (app: FastifyInstance, metrics: Metrics, identity: Identity): void => {
  app.route({
    method: 'GET',
    url: metricsPath,
    config: { operationId: 'getMetrics' },
    onRequest: async (request, reply) => {
      const admitted = await admission({ access: 'service' }, identity, request)
      return E.isLeft(admitted) ? sendProblem(reply, problem(admitted.left)) : undefined
    },
    handler: async (_request, reply) => reply.type(metricsType).send(await metrics.text()),
  })
}

import type { FastifyInstance } from 'fastify'
import { purposeOf } from '../purpose.js'
import { problemIn } from '../replies.js'
import type { Metrics } from './metrics.js'

/** Counts every answer, and what never became a request. */
export const observe = (app: FastifyInstance, metrics: Metrics): void => {
  app.addHook('onSend', (request, reply, _payload, done) => {
    metrics.answered({
      purpose: purposeOf(request),
      status: reply.statusCode,
      code: problemIn(reply),
      durationMs: reply.elapsedTime,
    })
    done()
  })
  app.server.on('clientError', metrics.unreadable)
  app.server.on('drop', metrics.droppedConnection)
  metrics.watch({
    connections: () =>
      new Promise((resolve) => {
        app.server.getConnections((error, count) => {
          resolve(error === null ? count : 0)
        })
      }),
  })
}

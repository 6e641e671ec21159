import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.js'
import { limitFailures } from './failures.js'
import { limitMintings } from './mintings.js'
import type { Limits } from './table.js'

export { shedLoad } from './shedding.js'
export { standardLimits, type Limits } from './table.js'

/** Limits what one caller may do in a minute. */
export const limitCallers = (app: FastifyInstance, limits: Limits, metrics: Metrics): void => {
  const parts = { metrics, monotonicMs: () => performance.now() }
  limitFailures(app, { limit: limits.failures, ...parts })
  limitMintings(app, { limit: limits.mintings, ...parts })
}

import { operations, problem, type Operation } from '@detrics/keys-client/contract'
import type { FastifyInstance } from 'fastify'
import { purposeOf, type Purpose } from '../purpose.js'
import type { Metrics } from '../metrics/metrics.js'
import { problemIn, sendProblem } from '../replies.js'
import { clientSubject } from './client-subject.js'
import type { Limit } from './table.js'
import { windowCounter } from './window-counter.js'

export interface LimitParts {
  readonly limit: Limit
  readonly metrics: Pick<Metrics, 'limited'>
  readonly monotonicMs: () => number
}

/**
 * Slows down whoever tries credentials. When an address has sent as many as the limit allows that were not accepted, it
 * is answered 429 until its window ends, before any credential is looked at, a right one included: one rule, whatever is
 * sent. Not counted is a request without a credential, with which nothing is guessed, and a key that is verified and
 * refused: a service presents what its own clients have sent, and one of those must not silence it.
 */
export const limitFailures = (app: FastifyInstance, { limit, metrics, monotonicMs }: LimitParts): void => {
  const failures = windowCounter(limit, monotonicMs)
  app.addHook('onRequest', (request, reply, done) => {
    const seconds = takesCredential(purposeOf(request))
      ? failures.secondsToWait(clientSubject(request.ip))
      : 0
    if (seconds === 0) return done()
    metrics.limited('failures')
    void sendProblem(reply, problem('rate_limited'), seconds)
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode === 401 && problemIn(reply) !== 'unauthenticated')
      failures.count(clientSubject(request.ip))
    done()
  })
}

const takesCredential = (purpose: Purpose): boolean => {
  if (purpose === 'getMetrics') return true
  if (purpose === 'other') return false
  const { access }: Operation = operations[purpose]
  return access !== 'anyone'
}

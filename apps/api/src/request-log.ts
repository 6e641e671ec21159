import type { FastifyInstance } from 'fastify'
import { purposeOf } from './purpose.js'
import { problemIn } from './replies.js'

/** From here on an answer is slow, whatever it says. */
const slowMsDefault = 1_000

/**
 * One line for each request that failed by a fault of ours or took long, with an id that the reply carries as well. What
 * a caller is told about its own request, and what is shed, is counted in the metrics and has no line: neither must be
 * able to fill a disk. A defect has a line of its own, with its place in the code, under the same id.
 */
export const logRequests = (app: FastifyInstance, slowMs: number = slowMsDefault): void => {
  const log = app.log.child({}, { level: 'info' })
  const lines = lineBudget(() => performance.now())
  app.addHook('onSend', (request, reply, _payload, done) => {
    const code = problemIn(reply)
    const durationMs = reply.elapsedTime
    if ((reply.statusCode < 500 || code === 'overloaded') && durationMs < slowMs) return done()
    void reply.header('x-request-id', request.id)
    const leftOut = code === 'internal_error' ? undefined : lines.take()
    if (leftOut === undefined) return done()
    if (leftOut > 0) log.info({ event: 'requests_not_logged', count: leftOut })
    log.info({
      event: 'request',
      requestId: request.id,
      operationId: purposeOf(request),
      status: reply.statusCode,
      ...(code === undefined ? {} : { code }),
      durationMs: Math.round(durationMs),
    })
    done()
  })
}

/** A store that is away fails thousands of requests a second, each in the same way. */
const linesPerSecondMax = 100

/** `take` says how many were left out since the last line, or undefined when this one is to be left out too. */
const lineBudget = (monotonicMs: () => number): { readonly take: () => number | undefined } => {
  let secondEndsMs = 0
  let taken = 0
  let leftOut = 0
  return {
    take: () => {
      if (monotonicMs() >= secondEndsMs) {
        secondEndsMs = monotonicMs() + 1_000
        taken = 0
      }
      if (taken === linesPerSecondMax) {
        leftOut += 1
        return undefined
      }
      taken += 1
      const before = leftOut
      leftOut = 0
      return before
    },
  }
}

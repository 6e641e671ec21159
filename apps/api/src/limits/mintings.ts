import { problem } from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { purposeOf, type Purpose } from '../purpose.js'
import { callerOf } from '../registration.js'
import { sendProblem } from '../replies.js'
import type { LimitParts } from './failures.js'
import { windowCounter } from './window-counter.js'

const minting: ReadonlySet<Purpose> = new Set<Purpose>(['createKey', 'replaceKey'])

/**
 * Limits how many keys a member may make in a workspace in one window. A request counts from when its body has been
 * read, so that many at once are no way around it, and no longer when it made nothing.
 */
export const limitMintings = (app: FastifyInstance, { limit, metrics, monotonicMs }: LimitParts): void => {
  const mintings = windowCounter(limit, monotonicMs)
  const counted = new WeakMap<FastifyRequest, string>()
  app.addHook('preHandler', (request, reply, done) => {
    const minter = minting.has(purposeOf(request)) ? minterOf(request) : undefined
    if (minter === undefined) return done()
    const seconds = mintings.secondsToWait(minter)
    if (seconds > 0) {
      metrics.limited('mintings')
      void sendProblem(reply, problem('rate_limited'), seconds)
      return
    }
    mintings.count(minter)
    counted.set(request, minter)
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const minter = counted.get(request)
    if (minter !== undefined && reply.statusCode !== 201) mintings.takeBack(minter)
    done()
  })
}

const minterOf = (request: FastifyRequest): string | undefined => {
  const caller = callerOf(request)
  const { workspaceId } = request.params as { readonly workspaceId?: string }
  return caller?.type === 'member' ? `${workspaceId} ${caller.memberId}` : undefined
}

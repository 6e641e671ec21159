import { problem } from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { purposeOf, type Purpose } from '../purpose.js'
import type { Metrics } from '../metrics/metrics.js'
import { everyReply, sendProblem } from '../replies.js'
import type { Limits, RoomName } from './table.js'
import { turnClock } from './turn-clock.js'

/** Where a request goes that does not go to the rest; undefined is never shed, for it asks how the server is. */
const roomsByPurpose: { readonly [K in Purpose]?: RoomName | undefined } = {
  getHealth: undefined,
  getReadiness: undefined,
  getMetrics: undefined,
  revokeKey: 'revocation',
  revokeKeys: 'revocation',
  verifyKey: 'verification',
}

const roomOf = (request: FastifyRequest): RoomName | undefined => {
  const purpose = purposeOf(request)
  return purpose in roomsByPurpose ? roomsByPurpose[purpose] : 'rest'
}

/**
 * Answers 503 to what is more than can be done in good time, before anything else is done with it; call it before other
 * hooks are added.
 *
 * A request is in its room while it is admitted and while it is carried out, and not while its body is on the way: who
 * sends slowly holds no place. But what is answered as soon as it is read never fills a room; it waits unread in its
 * connection. Hence the second measure: what is read late in a turn of the event loop has waited at least that long.
 */
export const shedLoad = (
  app: FastifyInstance,
  { rooms, connectionsMax }: Pick<Limits, 'rooms' | 'connectionsMax'>,
  metrics: Pick<Metrics, 'shed' | 'watch'>,
): void => {
  const turnMs = turnClock(() => performance.now())
  const inFlight: Record<RoomName, number> = { revocation: 0, verification: 0, rest: 0 }
  const places = new WeakMap<FastifyRequest, RoomName>()
  metrics.watch({ inFlight: () => inFlight })
  app.server.maxConnections = connectionsMax

  const leave = (request: FastifyRequest): void => {
    const name = places.get(request)
    if (name === undefined) return
    places.delete(request)
    inFlight[name] -= 1
  }

  /** Gives the request a place, or its answer. */
  const enter = (request: FastifyRequest, reply: FastifyReply, lateMs: number): boolean => {
    const name = roomOf(request)
    if (name === undefined) return true
    if (lateMs <= rooms[name].turnMsMax && inFlight[name] < rooms[name].inFlightMax) {
      inFlight[name] += 1
      places.set(request, name)
      return true
    }
    metrics.shed(name)
    void sendProblem(reply.headers(everyReply), problem('overloaded'))
    return false
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (enter(request, reply, turnMs())) done()
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    leave(request)
    done()
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (enter(request, reply, 0)) done()
  })
  app.addHook('onSend', (request, _reply, _payload, done) => {
    leave(request)
    done()
  })
}

import type { Keys } from '@detrics/keys'
import type { FastifyInstance } from 'fastify'
import { Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** For so long after a stop began a request that was on its way then still finds its connection open. */
const arrivalMs = 250
/** Requests under way get so long to be answered. */
const answersMsMax = 5_000
/** The process ends by then, whatever holds it. */
const endMsMax = 10_000

interface Service {
  isServing: boolean
  /** Nobody who is told to come again finds anybody. */
  isClosed: boolean
  /** Replies that are not yet written to the last byte. */
  owed: number
  whenNothingIsOwed: () => void
}

const services = new WeakMap<FastifyInstance, Service>()

/** Prepares a server for being stopped in order; tells whether it takes new work. */
export const stoppable = (app: FastifyInstance): (() => boolean) => {
  const service: Service = { isServing: true, isClosed: false, owed: 0, whenNothingIsOwed: () => undefined }
  services.set(app, service)
  app.server.on('request', (_request, response) => {
    service.owed += 1
    response.once('close', () => {
      service.owed -= 1
      if (service.owed === 0) service.whenNothingIsOwed()
    })
  })
  // A connection that was busy when the stop began would be kept for a next request otherwise.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (service.isClosed) void reply.header('connection', 'close')
    done()
  })
  app.addHook('preClose', (done) => {
    service.isServing = false
    service.isClosed = true
    done()
  })
  return () => service.isServing
}

/**
 * On the first signal: not ready any more, no new connection, every request that has come is answered, and its
 * connection closed after that; then the front door is closed, which stores what it holds. A second signal ends the
 * process at once.
 */
export const stopOnSignal = (app: FastifyInstance, keys: Pick<Keys, 'close'>): void => {
  const onSignal = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
    setTimeout(() => process.exit(1), endMsMax).unref()
    void stop(app, keys)
  }
  for (const signal of signals) process.on(signal, onSignal)
}

const signals = ['SIGTERM', 'SIGINT'] as const

const stop = async (app: FastifyInstance, keys: Pick<Keys, 'close'>): Promise<void> => {
  const service = services.get(app)
  if (service !== undefined) await answerAll(app, service)
  await app.close()
  await keys.close()
}

const answerAll = async (app: FastifyInstance, service: Service): Promise<void> => {
  service.isServing = false
  await acceptWaiting(app.server)
  service.isClosed = true
  // The listening socket only. What Node's HTTP server does besides, here and in Fastify's own `close`, would end
  // connections on which a request is on its way, or a reply not yet written.
  Server.prototype.close.call(app.server)
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, answersMsMax)
    setTimeout(() => {
      service.whenNothingIsOwed = () => {
        clearTimeout(late)
        resolve()
      }
      if (service.owed === 0) service.whenNothingIsOwed()
    }, arrivalMs)
  })
  app.server.closeAllConnections()
}

/**
 * Resolves when no connection waits to be accepted, or after a while of ever new ones. Node accepts one in each turn of
 * the event loop, and closing would reset those that still wait.
 */
const acceptWaiting = async (server: Server): Promise<void> => {
  let hasCome = true
  const come = (): void => {
    hasCome = true
  }
  server.on('connection', come)
  for (const untilMs = performance.now() + arrivalMs; hasCome && performance.now() < untilMs;) {
    hasCome = false
    await turn()
    await turn()
  }
  server.off('connection', come)
}

import type { FastifyRequest } from 'fastify'
import type { ProblemCode } from './problems.js'

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Keeps web pages in the developer's own browser from using the development identity, which asks for no credential. A
 * page on another site carries its own Origin; one that has its name pointed at this machine (DNS rebinding) carries
 * its own Host. Undefined is fine.
 */
export const guard = ({ headers, socket }: FastifyRequest): ProblemCode | undefined => {
  const host = headers.host ?? ''
  if (!isOurHost(host, socket.localPort)) return 'wrong_host'
  const { origin } = headers
  return origin === undefined || origin === `http://${host}` ? undefined : 'origin_refused'
}

const isOurHost = (host: string, port: number | undefined): boolean => {
  const colon = host.lastIndexOf(':')
  const hasPort = colon > host.lastIndexOf(']')
  const name = hasPort ? host.slice(0, colon) : host
  // A request that came through no socket, as tests may send it, has no port to compare.
  return loopbackNames.has(name) && (port === undefined || host.slice(name.length) === `:${port}`)
}

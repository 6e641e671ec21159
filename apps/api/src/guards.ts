import type { ProblemCode } from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isIPv4, type AddressInfo } from 'node:net'

/** Why a request is not served at all; undefined is fine. */
export type Guard = (headers: FastifyRequest['headers']) => ProblemCode | undefined

/**
 * Keeps other sites' pages out. One that calls the API carries its own Origin, or `null`; one that has its name pointed
 * at this machine (DNS rebinding) carries its own Host. Served are the public address, and the loopback addresses with
 * the server's own port, at which services and health checks on the same machine ask.
 */
export const guardOf = (app: FastifyInstance, publicUrl: string | undefined): Guard => {
  const known = publicUrl === undefined ? undefined : new URL(publicUrl)
  let own: AddressInfo | undefined
  // Remembered, because a server that is closing has no address any more and still has requests to answer.
  app.server.on('listening', () => {
    const address = app.server.address()
    if (typeof address === 'object' && address !== null) own = address
  })
  const originOf = (host: string): string | undefined => {
    if (host === known?.host) return known.origin
    return isLoopbackHost(host, own?.port) ? `http://${host}` : undefined
  }
  return ({ host = '', origin }) => {
    if (own !== undefined && !isLoopbackAddress(own.address)) return 'wrong_host'
    const ours = originOf(host)
    if (ours === undefined) return 'wrong_host'
    return origin === undefined || origin === ours ? undefined : 'origin_refused'
  }
}

const hostPattern = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/

/** A request that came through no socket, as tests may send it, has no port to compare. */
const isLoopbackHost = (host: string, port: number | undefined): boolean => {
  const match = hostPattern.exec(host)
  return match !== null && (port === undefined || (match[1] ?? '80') === String(port))
}

/** Whether only programs on this machine can reach this address. */
export const isLoopbackAddress = (address: string): boolean => {
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return mapped === '::1' || (isIPv4(mapped) && mapped.startsWith('127.'))
}

import { localhostAllowedOrigins, validateOriginHeader } from '@modelcontextprotocol/server'
import { foreign } from './replies.js'

/** The values of `Host` under which a server on this machine's loopback address is reached. */
export const loopbackHosts = (port: number): ReadonlyArray<string> =>
  ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) =>
    port === 80 ? [name, `${name}:${port}`] : [`${name}:${port}`],
  )

/**
 * Refuses a request that a web page made: one whose name for this server was bent to the loopback address carries a
 * foreign Host, one made across sites a foreign Origin. The refused value is not echoed.
 */
export const refuseForeign = (request: Request, hosts: ReadonlyArray<string>): Response | undefined => {
  const host = request.headers.get('host') ?? new URL(request.url).host
  const origin = validateOriginHeader(request.headers.get('origin'), localhostAllowedOrigins())
  return hosts.includes(host.toLowerCase()) && origin.ok ? undefined : foreign()
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '@modelcontextprotocol/node'
import type { McpApp } from './app.js'

const host = '127.0.0.1'
const headersMsMax = 10_000
const requestMsMax = 30_000
const stopMsMax = 5_000

export interface RunningServer {
  readonly port: number
  /** Accepts nothing more, lets what is in flight finish for at most 5 s, and cuts off the rest. */
  readonly stop: () => Promise<void>
}

/**
 * Listens on this machine's loopback address. The app is made when the port is known, since port 0 lets the system
 * choose one and the app refuses a `Host` with any other.
 */
export const listen = async (port: number, appOn: (port: number) => McpApp): Promise<RunningServer> => {
  const server = createServer({
    headersTimeout: headersMsMax,
    requestTimeout: requestMsMax,
    connectionsCheckingInterval: 2_000,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const real = (server.address() as AddressInfo).port
  const app = appOn(real)
  server.on('request', (req, res) => void serve(app, server, req, res))
  return { port: real, stop: () => stop(server, app) }
}

/**
 * Where the adapter stops by itself. Well above the gate's own limit, so that it is the gate that refuses a body that is
 * too large, after it has verified the key and put the attempt on record.
 */
const adapterBytesMax = 1024 * 1024

const serve = (app: McpApp, server: Server, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const address = req.socket.remoteAddress
  const handler = toNodeHandler(
    { fetch: (request) => app.fetch(request, address === undefined ? {} : { address }) },
    { maxRequestBodySize: adapterBytesMax },
  )
  // The adapter makes a web-standard request of these. Where they make none, they are replaced by a name that nobody
  // serves, so that the app refuses them as it refuses every foreign name.
  if (req.method === 'TRACE' || !URL.canParse(`http://${req.headers.host}${req.url}`)) {
    req.method = 'GET'
    req.url = '/'
    req.headers.host = 'host.invalid'
  }
  // A connection that was busy when the server stopped would be kept for a next request otherwise.
  res.once('close', () => {
    if (!server.listening) setImmediate(() => server.closeIdleConnections())
  })
  return handler(req as IncomingMessage & { method: string; url: string }, res)
}

const stop = async (server: Server, app: McpApp): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const late = setTimeout(() => server.closeAllConnections(), stopMsMax)
  await closed
  clearTimeout(late)
  await app.close()
}

import * as TE from 'fp-ts/lib/TaskEither.js'
import type { FastifyInstance } from 'fastify'
import { codeOfFault } from './faults.js'
import { isLoopbackAddress } from './guards.js'
import { standardLimits } from './limits/index.js'

/** The server does not listen; `reason` is a sentence for the operator. */
export interface CannotListen {
  readonly _tag: 'CannotListen'
  readonly reason: string
}

/** Listens on loopback and answers with the address; on anything else it refuses. */
export const listenOnLoopback = (
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): TE.TaskEither<CannotListen, string> =>
  host === 'localhost' || isLoopbackAddress(host)
    ? TE.tryCatch(
        () => app.listen({ host, port, backlog: standardLimits.connectionsMax }),
        (fault) => cannotListen(portReason(port, fault)),
      )
    : TE.left(
        cannotListen(
          'The development identity asks for no credential: listen on 127.0.0.1 and nothing else.',
        ),
      )

const cannotListen = (reason: string): CannotListen => ({ _tag: 'CannotListen', reason })

const portReason = (port: number, fault: unknown): string => {
  const code = codeOfFault(fault) ?? 'unknown fault'
  return code === 'EADDRINUSE'
    ? `Another program listens on port ${port}. End it, or choose another port with DETRICS_API_PORT.`
    : `Port ${port} cannot be used (${code}). Choose another one with DETRICS_API_PORT.`
}

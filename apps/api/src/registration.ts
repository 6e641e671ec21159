import {
  operationIds,
  operations,
  problem,
  type Operation,
  type OperationId,
  type Problem,
} from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { accessProblem } from './access.js'
import type { Answer, Ports } from './call.js'
import { handlers } from './handlers/index.js'
import type { Identity, Principal } from './identity/index.js'
import { sendAnswer, sendProblem } from './replies.js'
import { originOf, readRequest } from './requests.js'

/** Every handler seen from outside; what its call holds has been read by the contract of its operation. */
type AnyHandler = (call: Record<string, unknown>) => TaskEither<Problem, Answer<OperationId>>

// Who asks is known before a body is read, and so for as long as the request is.
const callers = new WeakMap<FastifyRequest, Principal>()

/** Who asks; undefined before that is known, and for anyone. */
export const callerOf = (request: FastifyRequest): Principal | undefined => callers.get(request)

/** Puts the operations of the contract into the server. */
export const addOperations = (app: FastifyInstance, ports: Ports, identity: Identity): void => {
  for (const operationId of operationIds) addOperation(app, operationId, ports, identity)
}

const addOperation = (
  app: FastifyInstance,
  operationId: OperationId,
  ports: Ports,
  identity: Identity,
): void => {
  const operation: Operation = operations[operationId]
  const handle = handlers[operationId] as unknown as AnyHandler
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const admitted = await admission(operation, identity, request)
    if (E.isLeft(admitted)) return sendProblem(reply, problem(admitted.left))
    if (admitted.right !== undefined) callers.set(request, admitted.right)
    return undefined
  }

  app.route({
    method: operation.method,
    url: routePath(operation.path),
    config: { operationId },
    onRequest: admit,
    handler: async (request, reply) => {
      const read = readRequest(operation, request)
      if (E.isLeft(read)) return sendProblem(reply, read.left)
      const outcome = await handle({
        ...ports,
        caller: callers.get(request),
        params: request.params,
        origin: originOf(request),
        ...read.right,
      })()
      return E.isLeft(outcome)
        ? sendProblem(reply, outcome.left)
        : sendAnswer(reply, operation.reply, outcome.right)
    },
  })
}

/** Who asks, if this somebody may; undefined is anyone. */
export const admission = async (
  { access }: Pick<Operation, 'access'>,
  identity: Identity,
  request: FastifyRequest,
) => {
  if (access === 'anyone') return E.right(undefined)
  const identified = await identity.identify(request)
  if (E.isLeft(identified)) return identified
  const { workspaceId } = request.params as { readonly workspaceId?: string }
  const code = accessProblem(access, identified.right, workspaceId)
  return code === undefined ? identified : E.left(code)
}

/** A path of the contract as Fastify writes it. */
export const routePath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

/** Answers before the body is read, whatever it holds. */
export const refuseOtherMethods = (app: FastifyInstance, path: string): void => {
  const isServed = (method: string): boolean => app.hasRoute({ method, url: path })
  const [allowed, others] = [
    app.supportedMethods.filter(isServed),
    app.supportedMethods.filter((m) => !isServed(m)),
  ]
  app.route({
    method: others,
    url: path,
    onRequest: async (_request, reply) =>
      sendProblem(reply.header('allow', allowed.join(', ')), problem('method_not_allowed')),
    handler: () => undefined,
  })
}

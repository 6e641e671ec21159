import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  type RequestId,
  type StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { busyMessage, unreachableMessage } from '../sentences.js'
import { errorResponse, failureOf, unavailableFailure, type Failure, type Standing } from './answers.js'
import { settledVersion, versionFor } from './eras.js'
import { createQueue } from './queue.js'

const waitingMax = 100

export interface RelayParts {
  readonly endpoint: StreamableHTTPClientTransport
  /** Towards the agent. */
  readonly reply: (message: JSONRPCMessage) => void
  readonly onStanding: (standing: Standing, sentence: string) => void
}

/** Both directions of the bridge, by what they are given. */
export interface Relay {
  readonly fromAgent: (message: JSONRPCMessage) => void
  readonly fromEndpoint: (message: JSONRPCMessage) => void
}

/**
 * Carries messages between an agent and the endpoint. They leave one after the other, each when the endpoint has
 * begun to answer the one before, so that a slow check cannot reorder them. Every request gets exactly one answer,
 * also when the endpoint is away or goes away in the middle of it.
 */
export const createRelay = ({ endpoint, reply, onStanding }: RelayParts): Relay => {
  const queue = createQueue(waitingMax)
  const open = new Map<RequestId, AbortController>()

  const settle = (id: RequestId | undefined, failure: Failure): void => {
    onStanding(failure.standing, failure.error.message)
    if (id !== undefined && open.delete(id)) reply(errorResponse(id, failure.error))
  }

  const forward = async (message: JSONRPCMessage, cancel: AbortController): Promise<void> => {
    const id = isJSONRPCRequest(message) ? message.id : undefined
    if (cancel.signal.aborted) return
    const version = versionFor(message)
    if (version !== undefined) endpoint.setProtocolVersion(version)
    try {
      await endpoint.send(message, {
        requestSignal: cancel.signal,
        onRequestStreamEnd: () => {
          if (id !== undefined && open.has(id)) settle(id, unavailableFailure(unreachableMessage))
        },
      })
      onStanding('connected', '')
    } catch (thrown) {
      if (!cancel.signal.aborted) settle(id, failureOf(thrown))
    }
  }

  const fromAgent = (message: JSONRPCMessage): void => {
    const cancelled = cancelledId(message)
    if (cancelled !== undefined) {
      // The end of its request is how a cancellation reaches the endpoint; nobody waits for the answer any more.
      open.get(cancelled)?.abort()
      open.delete(cancelled)
      return
    }
    const cancel = new AbortController()
    const id = isJSONRPCRequest(message) ? message.id : undefined
    if (id !== undefined) open.set(id, cancel)
    if (!queue.add(() => forward(message, cancel))) settle(id, unavailableFailure(busyMessage))
  }

  const fromEndpoint = (message: JSONRPCMessage): void => {
    if ('method' in message) return reply(message)
    // Answered already, by an error or a cancellation, or never asked.
    if (message.id === undefined || !open.delete(message.id)) return
    const version = settledVersion(message)
    if (version !== undefined) endpoint.setProtocolVersion(version)
    reply(message)
  }

  return { fromAgent, fromEndpoint }
}

const cancelledId = (message: JSONRPCMessage): RequestId | undefined => {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
  const id: unknown = message.params?.['requestId']
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

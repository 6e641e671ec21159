import type { UseContext } from '@detrics/keys'
import { CLIENT_INFO_META_KEY } from '@modelcontextprotocol/server'
import { evidence } from './evidence.js'

const actionLengthMax = 128
const clientLengthMax = 256

/** What is known of a request besides its messages. */
export interface Sender {
  readonly userAgent?: string
  readonly address?: string
}

/**
 * What one JSON-RPC message uses the key for. The client is what the message declares; where it declares none, as
 * all requests before 2026-07-28 but `initialize`, it is the user agent.
 */
export const useOfMessage = (message: unknown, sender: Sender): UseContext =>
  useOf(actionOf(message) ?? 'POST /mcp', sender, declaredClient(message))

/** What a request uses the key for as a whole, where its messages do not matter or cannot be known. */
export const useOf = (action: string, sender: Sender, declared?: string): UseContext => {
  const client = evidence(declared ?? sender.userAgent ?? '', clientLengthMax)
  return {
    action: evidence(action, actionLengthMax),
    ...(client === '' ? {} : { client }),
    ...(sender.address === undefined ? {} : { address: sender.address }),
  }
}

const actionOf = (message: unknown): string | undefined => {
  const { method, params } = fieldsOf(message)
  const tool = method === 'tools/call' ? textOf(fieldsOf(params)['name']) : undefined
  return tool ?? textOf(method)
}

const declaredClient = (message: unknown): string | undefined => {
  const params = fieldsOf(fieldsOf(message)['params'])
  const declared =
    fieldsOf(message)['method'] === 'initialize'
      ? params['clientInfo']
      : fieldsOf(params['_meta'])[CLIENT_INFO_META_KEY]
  const { name, version } = fieldsOf(declared)
  const known = [textOf(name), textOf(version)].filter((part) => part !== undefined)
  return known.length === 0 ? undefined : known.join('/')
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

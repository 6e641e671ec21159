import { openKeys, type Keys } from '@detrics/keys'
import { createApi, developmentIdentity, type Identity } from '@detrics/keys-api'
import { afterAll } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { Agent, request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'

export interface Sent {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: Readonly<Record<string, any>> // oxlint-disable-line typescript/no-explicit-any
}

export interface Api {
  readonly app: FastifyInstance
  readonly keys: Keys
  readonly port: number
  readonly log: () => string
  /** A body that is no string or buffer is sent as JSON. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Sent>
  readonly close: () => Promise<void>
}

export const openMemoryKeys = async (): Promise<Keys> => {
  const keys = await openKeys({ store: 'memory:' })()
  if (E.isLeft(keys)) throw new Error(keys.left.reason)
  return keys.right
}

// Also what a failed test did not close: an open server would keep the run from ending.
const opened: Api[] = []
afterAll(async () => {
  for (const api of opened) await api.close()
})

/** The API over a memory store, or over a front door with other answers, on a free port. */
export const openApi = async (
  change: (keys: Keys) => Keys = (keys) => keys,
  identity: Identity = developmentIdentity,
): Promise<Api> => {
  const keys = await openMemoryKeys()
  const lines: string[] = []
  const app = createApi({ keys: change(keys), identity, log: { write: (line) => lines.push(line) } })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const agent = new Agent({ keepAlive: true })
  const api: Api = {
    app,
    keys,
    port: Number(port),
    log: () => lines.join(''),
    send: (method, path, body, headers = {}) => exchange({ agent, port, method, path }, body, headers),
    close: async () => {
      agent.destroy()
      await app.close()
      await keys.close()
    },
  }
  opened.push(api)
  return api
}

/** By Node's own client, which sends whatever header it is told to. */
const exchange = (
  where: RequestOptions,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const payload = bytesOf(body)
    const ownHeaders =
      payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }
    const options = { ...where, host: '127.0.0.1', headers: { ...ownHeaders, ...headers } }
    const outgoing = request(options, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = reply.headers['content-type']?.includes('json') === true && text !== ''
        const json = isJson ? JSON.parse(text) : {}
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, json })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(payload)
  })

const bytesOf = (body: unknown): Buffer | undefined => {
  if (body === undefined || Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

export const keysOfA = '/v1/workspaces/demo-a/keys'
export const keysOfB = '/v1/workspaces/demo-b/keys'

export const makeKey = async (
  api: Api,
  name: string,
  path = keysOfA,
): Promise<{ readonly keyId: string; readonly secret: string }> => {
  const { json } = await api.send('POST', path, { name })
  return { keyId: json['key'].keyId, secret: json['secret'] }
}

/** Pieces of the secret part: whoever finds one of them has found a leak. */
export const piecesOf = (secret: string): ReadonlyArray<string> => {
  const part = secret.slice(secret.lastIndexOf('_') + 1)
  return Array.from({ length: part.length - 11 }, (_, i) => part.slice(i, i + 12))
}

const sentence = { asymmetricMatch: (value: unknown) => typeof value === 'string' && value.length > 3 }

/** Every problem document looks like this, whatever it is about. */
export const shapeOfProblem = (status: number, code: string): object => ({
  type: `urn:detrics:problem:${code}`,
  title: sentence,
  status,
  code,
  detail: sentence,
})

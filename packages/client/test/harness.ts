import { createKeysClient, type ClientSettings, type KeysClient } from '@detrics/keys-client'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as the server got it. */
export interface Received {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answering = (reply: ServerResponse, received: Received) => void

export interface Served {
  readonly client: KeysClient
  readonly baseUrl: string
  readonly received: ReadonlyArray<Received>
}

/** A test with a server that answers so, and a client of it. */
export const withServer =
  (answer: Answering, work: (served: Served) => Promise<void>, settings: Partial<ClientSettings> = {}) =>
  async (): Promise<void> => {
    const received: Array<Received> = []
    const server = createServer((request, reply) => {
      void text(request).then((body) => {
        const { method = '', url: target = '', headers } = request
        received.push({ method, target, headers, body })
        answer(reply, received.at(-1) as Received)
      })
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      await work({ client: createKeysClient({ baseUrl, ...settings }), baseUrl, received })
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

export const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (reply) => {
    reply.writeHead(status, { 'content-type': 'application/json', ...headers })
    reply.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

export const keyId = '01951a2b-3c4d-7e5f-8a6b-000000000001'

/** A key as the API shows it. */
export const shownKey = {
  keyId,
  workspaceId: 'demo-a',
  name: 'Work laptop',
  mask: 'detrics_02x2nLrQqDwZqKzGWWgWBO_…',
  status: 'active',
  createdAt: '2026-02-16T09:30:00.000Z',
  createdBy: { type: 'member', memberId: 'dev-member' },
  revision: '42',
}

import { afterAll } from '@jest/globals'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly url: string
  readonly close: () => Promise<void>
}

// Also what a failed test did not close: an open server would keep the run from ending.
const opened: Listening[] = []
afterAll(async () => {
  for (const one of opened.splice(0)) await one.close()
})

/** Has a server listen on loopback until the tests of the file are over. */
export const listening = (server: Server, port = 0): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const one = {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => {
              closed()
            })
            server.closeAllConnections()
          }),
      }
      opened.push(one)
      resolve(one)
    })
  })

/** A port that is free now, for an address that must be known before anything listens on it. */
export const freePort = async (): Promise<number> => {
  const { url, close } = await listening(createServer())
  await close()
  return Number(new URL(url).port)
}

import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut, as networks do. */
export interface Proxy {
  /** The address that was given, by way of the proxy. */
  readonly url: string
  /** Cuts every connection now; new ones work. */
  readonly cut: () => void
  /** Whatever is sent from now on, in either direction, does not arrive; nobody is told. */
  readonly fallSilent: () => void
  /** The next append is sent on, and its connection is cut when the server answers, which it does after the commit. */
  readonly cutAfterNextAppend: () => void
  /** The next append is not sent on: its connection is cut instead. */
  readonly cutBeforeNextAppend: () => void
  readonly stop: () => Promise<void>
}

type Plan = 'none' | 'before' | 'after'

/** Both statements that append are prepared under names that begin so. */
const appending = Buffer.from('append event')

export const startProxy = async (url: string): Promise<Proxy> => {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let plan: Plan = 'none'
  let isSilent = false

  const server = createServer((inside) => {
    const outside = connect(Number(port), hostname)
    let cutAtAnswer = false
    const end = (): void => {
      inside.destroy()
      outside.destroy()
    }
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        if (!isSilent) end()
      })
    }
    inside.on('data', (data) => {
      if (isSilent) return
      if (plan !== 'none' && data.includes(appending)) {
        if (plan === 'before') end()
        else cutAtAnswer = true
        plan = 'none'
      }
      outside.write(data)
    })
    outside.on('data', (data) => {
      if (cutAtAnswer) end()
      else if (!isSilent) inside.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const outer = new URL(url)
  outer.port = String(typeof address === 'object' ? address?.port : '')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: outer.href,
    cut,
    fallSilent: () => (isSilent = true),
    cutAfterNextAppend: () => (plan = 'after'),
    cutBeforeNextAppend: () => (plan = 'before'),
    stop: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

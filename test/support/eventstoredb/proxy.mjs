/** Stands between client and server and harms the connection, as networks do. */
import { connect, createServer } from 'node:net'

const frameHeaderLength = 9
const frameOfHeaders = 1

/** Follows the frames of HTTP/2 through chunks of bytes, and tells whether a chunk holds the beginning of an answer. */
const answerSpotter = () => {
  let header = Buffer.alloc(0)
  let payloadLeft = 0
  return (chunk) => {
    let found = false
    let offset = 0
    while (offset < chunk.length) {
      const skipped = Math.min(payloadLeft, chunk.length - offset)
      payloadLeft -= skipped
      offset += skipped
      if (payloadLeft > 0) return found
      const missing = chunk.subarray(offset, offset + frameHeaderLength - header.length)
      header = Buffer.concat([header, missing])
      offset += missing.length
      if (header.length < frameHeaderLength) return found
      payloadLeft = header.readUIntBE(0, 3)
      found ||= header[3] === frameOfHeaders
      header = Buffer.alloc(0)
    }
    return found
  }
}

/** @param {{ host?: string, port: number }} target */
export const startProxy = async (target) => {
  const pairs = new Set()
  let port = target.port
  let isFrozen = false
  let isAnswerLost = false
  let connections = 0

  const server = createServer((inner) => {
    connections += 1
    const outer = connect(port, target.host ?? '127.0.0.1')
    const pair = [inner, outer]
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    for (const socket of pair) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    inner.on('data', (chunk) => {
      if (!isFrozen) outer.write(chunk)
    })
    const isAnswer = answerSpotter()
    outer.on('data', (chunk) => {
      const hasAnswer = isAnswer(chunk)
      if (isAnswerLost && hasAnswer) {
        isAnswerLost = false
        cut()
      } else if (!isFrozen) inner.write(chunk)
    })
  })
  const listen = (at) => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const ownPort = server.address().port

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
    pairs.clear()
  }
  return {
    port: ownPort,
    url: (parameters = '') => `esdb://127.0.0.1:${ownPort}?tls=false${parameters}`,
    /** How many connections have been made. */
    connections: () => connections,
    openConnections: () => pairs.size,
    /** Resets every connection now; new ones work. */
    cut,
    /** Resets every connection when the server begins its next answer to a call, which is thereby lost. */
    cutAtNextAnswer: () => {
      isAnswerLost = true
    },
    /** Nobody listens any more: connections are refused, until `resume`. */
    pause: () =>
      new Promise((resolve) => {
        server.close(resolve)
        cut()
      }),
    resume: () => listen(ownPort),
    /** Whether bytes vanish in both directions while the connections stay. */
    freeze: (freezes) => {
      isFrozen = freezes
    },
    /** Where new connections go from now on. */
    aim: (next) => {
      port = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        cut()
      }),
  }
}

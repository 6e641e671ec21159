/** HTTP over bare sockets: as fast as a load has to be, and exact about how an exchange ended. */
import { connect } from 'node:net'

/** A request as it goes over the wire. */
export const requestBytes = (port, method, path, body) => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const about =
    body === undefined
      ? ''
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${about}\r\n${text}`
}

/** The first whole reply in what was received, one character a byte, and how long it is. */
export const firstReply = (received) => {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = received.slice(0, headEnd)
  const length = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  if (received.length < length) return undefined
  return {
    end: 'answered',
    length,
    status: Number(head.slice(9, 12)),
    retryAfter: /\r\nretry-after: ([^\r]*)/i.exec(head)?.[1],
    isLast: /\r\nconnection: close/i.test(head),
    text: Buffer.from(received.slice(headEnd + 4, length), 'latin1').toString('utf8'),
  }
}

/**
 * A connection that is kept, for one request at a time, and made anew when it is gone. `ask` resolves with the reply, or
 * with `refused` (there was no connection), `reset` (it ended before the first byte of a reply) or `cut` (after it).
 */
export const connection = (port) => {
  let socket
  let made
  let received = ''
  let settle

  const finish = (outcome) => {
    const waiting = settle
    settle = undefined
    received = ''
    waiting?.(outcome)
  }

  const open = (bytes) => {
    let isOpen = false
    const opening = connect(port, '127.0.0.1')
    socket = opening
    made = new Promise((resolve) => {
      opening.once('connect', () => {
        isOpen = true
        opening.write(bytes, resolve)
      })
    })
    opening.setNoDelay(true)
    opening.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const reply = firstReply(received)
      if (reply === undefined) return
      if (reply.isLast) socket = undefined
      finish(reply)
    })
    opening.on('error', () => undefined)
    opening.on('close', () => {
      // One that said it was the last is gone already, and the next may be on another.
      if (socket !== opening) return
      socket = undefined
      finish({ end: !isOpen ? 'refused' : received === '' ? 'reset' : 'cut' })
    })
  }

  return {
    ask: (bytes) =>
      new Promise((resolve) => {
        settle = resolve
        if (socket === undefined) open(bytes)
        else socket.write(bytes)
      }),
    /** Resolves when there is a connection and what was asked has been sent. */
    made: () => made,
    /** More of the request that was asked. */
    send: (bytes) => socket?.write(bytes),
    close: () => socket?.destroy(),
  }
}

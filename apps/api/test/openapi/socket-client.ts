import { connect, type Socket } from 'node:net'

/** Exactly these bytes; no client of HTTP would send some of them. */
export interface RawRequest {
  readonly method: string
  readonly target: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Buffer
  /** Sent in pieces with their lengths, and without a length of the whole. */
  readonly isChunked?: boolean
}

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** One connection that is kept alive, with one request on it at a time, and made again when the server has closed it. */
export interface Connection {
  readonly send: (request: RawRequest) => Promise<RawReply>
  readonly close: () => void
}

export const connectionTo = (port: number): Connection => {
  let socket: Socket | undefined
  const opened = (): Socket => {
    if (socket === undefined || socket.destroyed) {
      socket = connect(port, '127.0.0.1')
      socket.setNoDelay(true)
      // What happens to it between two requests: the next one is sent on another.
      socket.on('error', () => undefined)
    }
    return socket
  }
  return {
    send: (request) => exchange(opened(), request),
    close: () => socket?.destroy(),
  }
}

const exchange = (socket: Socket, request: RawRequest): Promise<RawReply> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const end = (): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose)
    }
    const settle = (isOver: boolean): void => {
      const reply = replyIn(Buffer.concat(chunks), isOver)
      if (reply === undefined) return
      end()
      if (isOver || reply.headers['connection'] === 'close') socket.destroy()
      resolve(reply)
    }
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      settle(false)
    }
    let fault = 'the connection was closed without a reply'
    const onError = (error: Error): void => {
      fault = error.message
    }
    const onClose = (): void => {
      settle(true)
      end()
      reject(new Error(fault))
    }
    socket.on('data', onData).on('error', onError).on('close', onClose)
    socket.write(bytesOf(request))
  })

const bytesOf = ({ method, target, headers, body, isChunked = false }: RawRequest): Buffer => {
  const length =
    body === undefined ? [] : [isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`]
  const fields = headers.map(([name, value]) => `${name}: ${value}`)
  const head = Buffer.from([`${method} ${target} HTTP/1.1`, ...fields, ...length, '', ''].join('\r\n'))
  if (body === undefined) return head
  return Buffer.concat(isChunked ? [head, ...chunksOf(body)] : [head, body])
}

const chunksOf = (body: Buffer): ReadonlyArray<Buffer> => {
  const size = Math.max(1, Math.ceil(body.length / 3))
  const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, i) =>
    body.subarray(i * size, (i + 1) * size),
  )
  return [
    ...pieces.flatMap((piece) => [
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      piece,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('0\r\n\r\n'),
  ]
}

/** The reply, if all of it is there. */
const replyIn = (bytes: Buffer, isOver: boolean): RawReply | undefined => {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...fields] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  const body = bytes.subarray(headEnd + 4)
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (Number.isNaN(length) ? !isOver : body.length < length) return undefined
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: body.subarray(0, length).toString('utf8'),
  }
}

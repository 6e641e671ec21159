import { request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
}

/**
 * A browser as far as cookies and links go: keeps cookies by host and name, and follows where it is sent. What a browser
 * forbids it does not know; that is tested with a real one.
 */
export interface Visitor {
  readonly send: (method: string, url: string, headers?: Readonly<Record<string, string>>) => Promise<Reply>
  /** Follows links until there are none, or one begins like this; that one is returned and not followed. */
  readonly follow: (url: string, until?: string) => Promise<{ readonly reply: Reply; readonly url: string }>
  /** The cookies for a host with its port. */
  readonly cookies: (url: string) => Map<string, string>
}

export const openVisitor = (): Visitor => {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (url: string): Map<string, string> => {
    const { host } = new URL(url)
    const jar = jars.get(host) ?? new Map<string, string>()
    jars.set(host, jar)
    return jar
  }
  const visitor: Visitor = {
    cookies: jarOf,
    send: async (method, url, headers = {}) => {
      const jar = jarOf(url)
      const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
      const reply = await exchange(method, url, { ...(cookie === '' ? {} : { cookie }), ...headers })
      for (const line of [reply.headers['set-cookie'] ?? []].flat()) keep(jar, line)
      return reply
    },
    follow: async (start, until) => {
      let url = start
      for (let hops = 0; hops < 20; hops += 1) {
        const reply = await visitor.send('GET', url)
        const { location } = reply.headers
        if (typeof location !== 'string') return { reply, url }
        url = new URL(location, url).href
        if (until !== undefined && url.startsWith(until)) return { reply, url }
      }
      throw new Error('too many links')
    },
  }
  return visitor
}

const keep = (jar: Map<string, string>, line: string): void => {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const isOver = attributes.some((attribute) =>
    /^ *(?:max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(attribute),
  )
  if (isOver) jar.delete(pair.slice(0, at))
  else jar.set(pair.slice(0, at), pair.slice(at + 1))
}

const exchange = (method: string, url: string, headers: Readonly<Record<string, string>>): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          text: Buffer.concat(chunks).toString(),
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

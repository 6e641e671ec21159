import { Client, type JSONRPCMessage } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { spawn, type ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { speaking, type Era } from './harness.js'

export const built = (file: string): string => fileURLToPath(new URL(`../dist/${file}`, import.meta.url))

type Env = Readonly<Record<string, string>>

const endings: Array<() => unknown> = []

/** Ends what a test has started, also when it failed half-way: a program that is left keeps the run from ending. */
export const endPrograms = async (): Promise<void> => {
  await Promise.all(endings.splice(0).map((end) => end()))
}

/** The official client over the real bridge, and the lines that the bridge wrote for people. */
export const bridged = async (era: Era, env: Env) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [built('bridge.js')],
    env: { ...env },
    stderr: 'pipe',
  })
  endings.push(() => transport.close())
  const said: Array<string> = []
  if (transport.stderr !== null)
    transport.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')))
  const client = new Client({ name: 'codex', version: '0.169' }, speaking(era))
  return { client, transport, said, connect: () => client.connect(transport) }
}

/** A program with its streams by lines, for what no client would write. */
export const program = (file: string, env: Env) => {
  const child: ChildProcess = spawn(process.execPath, [built(file)], { env: { ...env }, stdio: 'pipe' })
  endings.push(() => child.kill('SIGKILL'))
  const [stdin, stdout, stderr] = [child.stdin!, child.stdout!, child.stderr!]
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const errors: Array<string> = []
  const errorLines = createInterface({ input: stderr })
  errorLines.on('line', (line) => errors.push(line))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  return {
    child,
    errors,
    exited,
    send: (message: unknown) => void stdin.write(`${JSON.stringify(message)}\n`),
    end: () => stdin.end(),
    line: async (): Promise<string> => {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`the program ended: ${errors.join(' ')}`)
      return value
    },
    next: async function (): Promise<JSONRPCMessage> {
      return JSON.parse(await this.line()) as JSONRPCMessage
    },
  }
}

/** An endpoint that answers nothing by itself: each request waits for what the test does with it. */
export const hanging = async () => {
  const server = createServer()
  const arriving = on(server, 'request')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(() => server.close().closeAllConnections())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests: {
      next: async () => {
        const { value } = (await arriving.next()) as { value: [IncomingMessage, ServerResponse] }
        const [req, res] = value
        req.resume()
        return {
          headers: req.headers,
          left: once(res, 'close'),
          answer: (body: string) => res.writeHead(200, { 'content-type': 'application/json' }).end(body),
        }
      },
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

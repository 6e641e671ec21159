import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The root of the repository; jest runs with it as its working folder. */
export const root = process.cwd()

/** A process of the product, with all that it has printed. */
export interface Running {
  readonly url: string
  readonly pid: number
  readonly output: () => string
  readonly signal: (name: NodeJS.Signals) => void
  /** Ends it in order and resolves with its exit code; null when a signal ended it. */
  readonly stop: () => Promise<number | null>
  readonly killed: () => Promise<void>
}

/** A folder that is removed by `remove`. */
export const temporaryFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'detrics-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The environment of a child: nothing of ours leaks in, and both apps share one store on free ports. */
export const childEnvironment = (folder: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  DETRICS_DATA: folder,
  DETRICS_API_PORT: '0',
  DETRICS_MCP_PORT: '0',
})

export const apiProgram = 'apps/api/dist/main.js'
export const mcpProgram = 'apps/mcp/dist/main.js'
export const bridgeProgram = join(root, 'apps/mcp/dist/bridge.js')

/** Starts a program and resolves when it says that it listens; rejects with its output when it ends before. */
export const startProgram = (
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<Running> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, program)], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const printed: string[] = []
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()))
    const exited = exitOf(child)
    void exited.then((code) => {
      reject(new Error(`${program} ended with ${code}: ${printed.join('')}`))
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(`${line}\n`)
      if (line.includes('"listening"')) resolve(running(child, exited, line, printed))
    })
  })

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code)
    })
  })

const running = (
  child: ChildProcess,
  exited: Promise<number | null>,
  line: string,
  printed: ReadonlyArray<string>,
): Running => {
  const { url } = JSON.parse(line) as { readonly url: string }
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed.join(''),
    signal: (name) => {
      child.kill(name)
    },
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
    killed: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

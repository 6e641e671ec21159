import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root, temporaryFolder } from './processes.js'

/** The protocol double as a process, so that it answers while a test's own process is busy, or stopped. */
export interface EventStoreDbProcess {
  readonly url: string
  /** Everything that was ever written to it. */
  readonly stored: () => Buffer
  readonly stop: () => Promise<void>
}

export const startEventStoreDb = (): Promise<EventStoreDbProcess> =>
  new Promise((resolve, reject) => {
    const folder = temporaryFolder()
    const file = join(folder.path, 'log')
    const child = spawn(process.execPath, [join(root, 'test/support/eventstoredb/server.mjs'), file], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = new Promise<void>((done) => child.once('exit', () => done()))
    void exited.then(() => {
      reject(new Error('the double of EventStoreDB ended'))
    })
    createInterface({ input: child.stdout }).once('line', (line) => {
      const { port } = JSON.parse(line) as { readonly port: number }
      resolve({
        url: `esdb://127.0.0.1:${port}?tls=false`,
        stored: () => readFileSync(file),
        stop: async () => {
          child.kill('SIGTERM')
          await exited
          folder.remove()
        },
      })
    })
  })

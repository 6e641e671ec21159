import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../support/processes.js'

/** One kind of request: how often it is sent, in which forms, and how the answer to it begins. */
export interface Kind {
  readonly name: string
  readonly weight: number
  readonly requests: ReadonlyArray<readonly [method: string, path: string, body?: unknown]>
  readonly answer: string
}

export interface Load {
  readonly port: number
  readonly perSecond: number
  readonly seconds: number
  /** A request for which there is no connection is not sent, and counted as such. */
  readonly connectionsMax: number
  readonly mix: ReadonlyArray<Kind>
  readonly seed: number
}

/** Milliseconds from when a request was due, whether or not it could be sent then. */
export interface Latencies {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface LoadFigures {
  readonly offered: number
  readonly unsent: number
  readonly tookSeconds: number
  readonly served: Latencies
  readonly refused: Latencies
  /** Refused with no or no usable Retry-After. */
  readonly withoutRetryAfter: number
  /** Answers that are neither right nor a refusal, or no answer. */
  readonly wrong: number
  readonly examples: ReadonlyArray<unknown>
  /** By kind of request and status. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Sends a load from a process of its own, which shares no event loop with whoever measures. */
export const sendLoad = (load: Load): Promise<LoadFigures> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'test/soak/generator.mjs')], {
      env: { PATH: process.env['PATH'] ?? '', LOAD: JSON.stringify(load) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(printed) as LoadFigures)
      else reject(new Error(`the load ended with ${code}`))
    })
  })

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RecordedEvent } from '@detrics/keys-domain'
import { batchOf, callers } from './sqlite-batches.mjs'
import { root } from './processes.js'

/** A process that appended, was killed, and what it had acknowledged before: its ledger, which no kill reaches. */
export interface Run {
  readonly number: number
  /** For each caller the positions of its acknowledged batches, in order. */
  readonly acknowledged: ReadonlyArray<ReadonlyArray<string>>
}

export interface KillPlan {
  readonly file: string
  readonly how: 'as-it-should' | 'before-the-commit'
  /** It kills itself between this commit and the reply to it; 0: it is killed from outside. */
  readonly killAfterCommits: number
  /** Milliseconds from its first acknowledgement to the kill from outside. */
  readonly killAfterMs: number
}

/** Runs the process of many callers until it is killed. */
export const runAndKill = (number: number, plan: KillPlan): Promise<Run> =>
  new Promise((resolve, reject) => {
    const acknowledged = Array.from({ length: callers }, (): Array<string> => [])
    const child = spawn(
      process.execPath,
      [
        join(root, 'test/support/sqlite-writer.mjs'),
        plan.file,
        String(number),
        String(plan.killAfterCommits),
        plan.how,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const lines = createInterface({ input: child.stdout })
    let isTimed = plan.killAfterCommits > 0
    lines.on('line', (line) => {
      const [caller, batch, position = ''] = line.split(' ')
      const batches = acknowledged[Number(caller)]
      if (batches?.length !== Number(batch)) reject(new Error(`not the next batch of a caller: ${line}`))
      batches?.push(position)
      if (isTimed) return
      isTimed = true
      setTimeout(() => child.kill('SIGKILL'), plan.killAfterMs)
    })
    // Both, in whichever order they come: only then is everything read that was told.
    const allRead = new Promise<void>((read) => {
      lines.once('close', read)
    })
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by ${signal ?? `code ${code}`}`))
      else void allRead.then(() => resolve({ number, acknowledged }))
    })
  })

export interface CallerFinding {
  readonly acknowledged: number
  /** How many batches are in the log, from the first on. */
  readonly stored: number
  /** What is wrong, in words; empty when every promise was kept. */
  readonly faults: ReadonlyArray<string>
}

/** Holds the events of a caller's stream against what it had acknowledged, and against what it submitted at all. */
export const checkCaller = (
  run: Run,
  caller: number,
  events: ReadonlyArray<RecordedEvent>,
): CallerFinding => {
  const positions = run.acknowledged[caller] ?? []
  const faults: Array<string> = []
  let [at, stored] = [0, 0]
  // At most one batch is under way for a caller; what comes after that was never submitted.
  for (let batch = 0; batch <= positions.length && at < events.length; batch++) {
    const submitted = batchOf(run.number, caller, batch)
    const found = events.slice(at, at + submitted.length)
    if (found.length < submitted.length)
      faults.push(`torn: ${found.length} of ${submitted.length} of batch ${batch}`)
    for (const [index, event] of found.entries()) {
      const { id, data, metadata } = submitted[index] ?? {}
      if (event.id !== id || event.data !== data || event.metadata !== metadata)
        faults.push(`another event at ${event.revision} than batch ${batch} has`)
      if (event.revision !== BigInt(at + index)) faults.push(`revision ${event.revision} for ${at + index}`)
    }
    const position = positions[batch]
    if (position !== undefined && position !== '' && position !== found.at(-1)?.position)
      faults.push(`batch ${batch} was acknowledged elsewhere`)
    at += found.length
    stored += 1
  }
  if (stored < positions.length) faults.push(`lost: ${positions.length - stored} acknowledged batches`)
  if (at < events.length) faults.push(`doubled or never submitted: ${events.length - at} events`)
  return { acknowledged: positions.length, stored, faults }
}

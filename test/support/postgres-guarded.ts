import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ServerUser } from './postgres-programs.js'

const goneMs = 20_000
const pollMs = 20

const guardProgram = fileURLToPath(new URL('postgres-guard.mjs', import.meta.url))

/** What the guard is to do: which server to run, where its output goes, and what to remove after a crash of the run. */
export interface GuardOrders {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly user: ServerUser
  readonly log: string
  readonly remove: string
}

/** A server under its guard. */
export interface Guarded {
  readonly guard: ChildProcessWithoutNullStreams
  readonly pid: number
  /** Resolves when the server has ended. */
  readonly exited: Promise<void>
}

/** Starts a server under a guard; it does not take connections yet. */
export const guarded = (orders: GuardOrders): Promise<Guarded> => {
  const guard = spawn(process.execPath, [guardProgram, JSON.stringify(orders)], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: 'pipe',
  })
  guard.stdin.on('error', () => undefined)
  return new Promise((resolve, reject) => {
    let serverExited = (): void => undefined
    const exited = new Promise<void>((done) => (serverExited = done))
    guard.once('error', reject)
    guard.once('exit', () => {
      serverExited()
      reject(new Error('the guard of the server ended'))
    })
    createInterface({ input: guard.stdout }).on('line', (line) => {
      const [word, detail = ''] = line.split(' ')
      if (word === 'started') resolve({ guard, pid: Number(detail), exited })
      else if (word === 'exited') serverExited()
      else reject(new Error(line))
    })
  })
}

/** Whether a run waits for the guard before it ends. It need not: the guard then does its work by itself. */
export const heldBy = ({ guard }: Guarded, held: boolean): void => {
  for (const each of [guard, guard.stdin as Socket, guard.stdout as Socket, guard.stderr as Socket])
    if (held) each.ref()
    else each.unref()
}

/** The guard stops its server in order and ends; the folder stays. */
export const dismissed = (server: Guarded): Promise<void> =>
  new Promise((resolve) => {
    const { guard } = server
    heldBy(server, true)
    if (guard.exitCode !== null || guard.signalCode !== null) return resolve()
    guard.once('exit', () => resolve())
    guard.stdin.end('keep')
  })

/** SIGKILL to the postmaster; resolves when it and all its children are gone. Its lock files stay as they are. */
export const killed = async (server: Guarded): Promise<void> => {
  const { pid, exited } = server
  const children = childrenOf(pid)
  heldBy(server, true)
  process.kill(pid, 'SIGKILL')
  await exited
  await until(() => children.every(isGone), goneMs, 'the children of the killed server did not end')
}

export const until = async (isTrue: () => boolean, ms: number, otherwise: string): Promise<void> => {
  const deadline = performance.now() + ms
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(otherwise)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

const childrenOf = (parent: number): ReadonlyArray<number> =>
  existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && statOf(pid)?.parent === parent)
    : execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .filter(([, of]) => of === parent)
        .map(([pid]) => pid ?? 0)

const statOf = (pid: number): { readonly parent: number; readonly state: string } | undefined => {
  try {
    // The name of the program stands in parentheses and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return { state: fields[0] ?? '', parent: Number(fields[1]) }
  } catch {
    return undefined
  }
}

/** A dead process that nobody waits for, as in a container without an init, counts as gone. */
const isGone = (pid: number): boolean => {
  if (statOf(pid)?.state === 'Z') return true
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

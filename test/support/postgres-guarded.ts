import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ServerUser } from './postgres-programs.js'

const goneMs = 20_000
const pollMs = 20

const guardProgram = fileURLToPath(new URL('postgres-guard.mjs', import.meta.url))

/** Which server the guard runs, where its output goes, and the folder that it removes in the end, whatever happens. */
export interface GuardOrders {
  readonly program: string
  readonly user: ServerUser
  readonly log: string
  readonly folder: string
}

/** A server under its guard. */
export interface Guarded {
  readonly pid: number
  /** Resolves when the server has ended. */
  readonly exited: Promise<void>
}

export interface Guard {
  /** The server does not take connections yet when this resolves. */
  readonly start: (args: ReadonlyArray<string>) => Promise<Guarded>
  /** Stops the server in order; harmless if it has ended. */
  readonly stop: (server: Guarded) => Promise<void>
  /** Stops the server and removes the folder. */
  readonly leave: () => Promise<void>
}

/** A run does not wait for its guard: where nothing else is to be done it ends, and the guard cleans up after it. */
export const openGuard = (orders: GuardOrders): Guard => {
  const child = spawn(process.execPath, [guardProgram, JSON.stringify(orders)], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let begin:
    { readonly resolve: (server: Guarded) => void; readonly reject: (error: Error) => void } | undefined
  let end = (): void => undefined
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.stdin.on('error', () => undefined)
  child.once('error', (error) => begin?.reject(error))
  void gone.then(() => {
    end()
    begin?.reject(new Error('the guard of the server ended'))
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, detail = ''] = line.split(' ')
    if (word === 'started')
      begin?.resolve({ pid: Number(detail), exited: new Promise((resolve) => (end = resolve)) })
    else if (word === 'exited') end()
    else begin?.reject(new Error(line))
  })
  const order = (...words: ReadonlyArray<string>): void =>
    void child.stdin.write(`${JSON.stringify(words)}\n`)
  const held = async <A>(work: Promise<A>): Promise<A> => {
    hold(child, true)
    try {
      return await work
    } finally {
      hold(child, false)
    }
  }
  hold(child, false)
  return {
    start: (args) =>
      held(
        new Promise((resolve, reject) => {
          begin = { resolve, reject }
          order('start', ...args)
        }),
      ),
    stop: ({ exited }) => {
      order('stop')
      return held(exited)
    },
    leave: () => {
      child.stdin.end()
      return held(gone)
    },
  }
}

const hold = (child: ChildProcessByStdio<Writable, Readable, null>, isHeld: boolean): void => {
  for (const each of [child, child.stdin as Socket, child.stdout as Socket])
    if (isHeld) each.ref()
    else each.unref()
}

/** SIGKILL to the postmaster; resolves when it and all its children are gone. Its lock files stay as they are. */
export const killed = async ({ pid, exited }: Guarded): Promise<void> => {
  const children = childrenOf(pid)
  process.kill(pid, 'SIGKILL')
  // Keeps the run alive meanwhile, which the guard does not.
  await until(() => isGone(pid) && children.every(isGone), goneMs, 'the killed server did not end')
  await exited
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

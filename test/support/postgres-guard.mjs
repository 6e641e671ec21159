/*
 * The parent of one PostgreSQL server of the tests. It outlives whatever happens to the test run: when its standard
 * input closes, because the run asks for it or has crashed, it stops the server and removes the server's folder.
 * Being the parent it knows whether the server still runs, so it never signals a stranger with the same number.
 *
 * It reads one order in each line, `start` with the server's arguments or `stop`, and says `started` with the number of
 * the process, `failed` with a reason, or `exited`.
 */
import { spawn } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** @type {{ program: string, user: { uid?: number, gid?: number }, log: string, folder: string }} */
const { program, user, log, folder } = JSON.parse(process.argv[2] ?? '')

// Ctrl-C reaches the whole group of processes; the guard has its work to do afterwards.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
process.stdout.on('error', () => undefined)
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)

const output = openSync(log, 'a')
let server
let whenExited = () => undefined

const start = (/** @type {string[]} */ args) => {
  const started = spawn(program, args, { ...user, cwd: '/', stdio: ['ignore', output, output] })
  server = started
  started.on('error', (error) => say(`failed ${error.message}`))
  started.on('spawn', () => say(`started ${started.pid}`))
  started.on('exit', () => {
    server = undefined
    say('exited')
    whenExited()
  })
}

const stop = () => {
  const running = server
  if (running === undefined) return
  // The server's fast stop; if it does not come to its end, the immediate one.
  running.kill('SIGINT')
  setTimeout(() => running === server && running.kill('SIGQUIT'), 10_000).unref()
}

const leave = () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  process.exit(0)
}

const orders = createInterface({ input: process.stdin })
orders.on('line', (line) => {
  const [order, ...args] = JSON.parse(line)
  if (order === 'start') start(args)
  else stop()
})
orders.on('close', () => {
  if (server === undefined) return leave()
  whenExited = leave
  stop()
})

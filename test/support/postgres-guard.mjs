/*
 * The parent of one PostgreSQL server of the tests. It outlives whatever happens to the test run: when its standard
 * input closes, because the run asks for it or has crashed, it stops the server and removes the server's folder.
 * Being the parent it knows whether the server still runs, so it never signals a stranger with the same number.
 */
import { spawn } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'

/** @type {{ program: string, args: string[], user: { uid?: number, gid?: number }, log: string, remove: string }} */
const { program, args, user, log, remove } = JSON.parse(process.argv[2] ?? '')

// Ctrl-C reaches the whole group of processes; the guard has its work to do afterwards.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
process.stdout.on('error', () => undefined)

const output = openSync(log, 'a')
const server = spawn(program, args, { ...user, stdio: ['ignore', output, output] })
server.on('error', (error) => process.stdout.write(`failed ${error.message}\n`))
server.on('exit', () => process.stdout.write('exited\n'))
server.on('spawn', () => process.stdout.write(`started ${server.pid}\n`))

let command = ''
process.stdin.on('data', (chunk) => (command += String(chunk)))
process.stdin.on('end', () => {
  const finish = () => {
    if (command.trim() !== 'keep')
      rmSync(remove, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    process.exit(0)
  }
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return finish()
  server.once('exit', finish)
  // The server's fast stop; if it does not come to its end, the immediate one.
  server.kill('SIGINT')
  setTimeout(() => server.kill('SIGQUIT'), 10_000).unref()
})

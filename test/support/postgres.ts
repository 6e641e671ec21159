import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killed, openGuard, until } from './postgres-guarded.js'
import type { Guard, Guarded } from './postgres-guarded.js'
import { programsFor, serverUser } from './postgres-programs.js'
import type { Programs, ServerUser } from './postgres-programs.js'

/** Settings of the server as in `postgresql.conf`, e.g. `{ fsync: 'off' }`; they hold until the next start. */
export type ServerConfig = Readonly<Record<string, string>>

/** A real PostgreSQL 18 of its own, on loopback, with the durability that PostgreSQL has by default. */
export interface PostgresServer {
  /** With name and password of its superuser; the database is `postgres`, in UTF-8. */
  readonly url: string
  readonly port: number
  /** Holds `data`, the cluster, and `server.log`. */
  readonly folder: string
  /** The URL with another database or with parameters, e.g. `urlWith({ database: 'a', parameters: { schema: 'b' } })`. */
  readonly urlWith: (over: UrlParts) => string
  /** The number of the postmaster's process; undefined while the server is down. */
  readonly pid: () => number | undefined
  readonly log: () => string
  /** Starts it again on the same data and port. */
  readonly start: (config?: ServerConfig) => Promise<void>
  /** Stops it in order (connections are cut); the data stay. */
  readonly halt: () => Promise<void>
  readonly restart: (config?: ServerConfig) => Promise<void>
  /** SIGKILL to the postmaster, and resolves when all its children are gone; the data stay as the kill left them. */
  readonly kill: () => Promise<void>
  /** Stops it and removes the folder. Harmless when repeated. */
  readonly stop: () => Promise<void>
}

export interface UrlParts {
  readonly database?: string
  readonly parameters?: Readonly<Record<string, string>>
}

export interface PostgresOptions {
  readonly config?: ServerConfig
  /** What is done to the data before the first start, e.g. to write `standby.signal`. */
  readonly prepare?: (data: string) => void
  /** More arguments for `initdb`, e.g. `--encoding=LATIN1`. */
  readonly initdb?: ReadonlyArray<string>
}

const startMs = 30_000
const portAttempts = 5
const password = 'postgres-of-the-tests'

const defaults: ServerConfig = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  log_min_messages: 'warning',
  lc_messages: 'C',
}

/** Makes a new cluster and starts it. Whoever starts it calls `stop`; if the run crashes, its guard does. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'detrics-postgres-'))
  const user = serverUser()
  let guard: Guard | undefined
  try {
    chmodSync(folder, 0o755)
    const programs = programsFor(user, folder)
    const log = join(folder, 'server.log')
    guard = openGuard({ program: programs.postgres, user, log, folder })
    const place = { folder, log, guard, data: makeCluster(folder, programs, user, options) }
    options.prepare?.(place.data)
    for (let attempt = 1; ; attempt++) {
      const server = serverAt(place, await freePort(), options.config ?? {})
      try {
        await server.start()
        return server
      } catch (error) {
        // Between the choice of a port and the start another process may have taken it.
        if (attempt === portAttempts || !server.log().includes('could not bind')) throw error
      }
    }
  } catch (error) {
    await guard?.leave()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

interface Place {
  readonly folder: string
  readonly data: string
  readonly log: string
  readonly guard: Guard
}

const makeCluster = (
  folder: string,
  { initdb }: Programs,
  user: ServerUser,
  options: PostgresOptions,
): string => {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid)
  const args = [
    `--pgdata=${data}`,
    '--username=detrics',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // One round of the password's hash: tests open many connections, and this password protects nothing.
    '--set=scram_iterations=1',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
    ...(options.initdb ?? []),
  ]
  execFileSync(initdb, args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  return data
}

/** A port that the system has just given and taken back. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })

const serverAt = (place: Place, port: number, config: ServerConfig): PostgresServer => {
  const { guard } = place
  const log = (): string => (existsSync(place.log) ? readFileSync(place.log, 'utf8') : '')
  let running: Guarded | undefined

  const start = async (more: ServerConfig = {}): Promise<void> => {
    if (running !== undefined) throw new Error('the server runs already')
    const begun = log().length
    const settings = Object.entries({ ...defaults, port: String(port), ...config, ...more })
    const args = ['-D', place.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const started = await guard.start(args)
    try {
      await ready(place.data, started)
    } catch (error) {
      await guard.stop(started)
      throw new Error(`PostgreSQL did not start: ${log().slice(begun)}`, { cause: error })
    }
    running = started
  }

  const halt = async (): Promise<void> => {
    const ended = running
    running = undefined
    if (ended !== undefined) await guard.stop(ended)
  }

  const kill = async (): Promise<void> => {
    const ended = running
    if (ended === undefined) throw new Error('the server does not run')
    running = undefined
    await killed(ended)
  }

  return {
    url: urlOf(port, {}),
    port,
    folder: place.folder,
    urlWith: (over) => urlOf(port, over),
    pid: () => running?.pid,
    log,
    start,
    halt,
    restart: async (more) => {
      await halt()
      await start(more)
    },
    kill,
    stop: async () => {
      running = undefined
      await guard.leave()
    },
  }
}

const urlOf = (port: number, { database = 'postgres', parameters = {} }: UrlParts): string => {
  const query = new URLSearchParams(parameters).toString()
  return `postgres://detrics:${password}@127.0.0.1:${port}/${database}${query === '' ? '' : `?${query}`}`
}

/** The server itself writes into this file that it takes connections, as it does for `pg_ctl`. */
const ready = async (data: string, { pid, exited }: Guarded): Promise<void> => {
  let hasExited = false
  void exited.then(() => (hasExited = true))
  const pidFile = join(data, 'postmaster.pid')
  const says = (): boolean => {
    if (hasExited) throw new Error('it ended')
    const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : []
    return Number(lines[0]) === pid && ['ready', 'standby'].includes((lines[7] ?? '').trim())
  }
  await until(says, startMs, 'it takes no connections')
}

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createApi, developmentIdentity, listenOnLoopback } from '@detrics/keys-api'
import { openKeys, type Keys } from '@detrics/keys'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import pg from 'pg'
import { composeMcpApp } from '../../apps/mcp/dist/composition.js'
import { listen } from '../../apps/mcp/dist/node-server.js'
import { startEventStoreDb } from './event-store-db.js'
import { startPostgres } from './postgres.js'
import {
  apiProgram,
  childEnvironment,
  mcpProgram,
  startProgram,
  temporaryFolder,
  type Running,
} from './processes.js'

/** The product as somebody runs it on one of the stores: API and MCP server, and a service that embeds the library. */
export interface Installation {
  readonly api: Running
  readonly mcp: Running
  /** The front door of a service, in a process of its own where processes share the store. */
  readonly keys: Keys
  /** What a process is started with to join in; without `DETRICS_STORE` it is the standard file. */
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  /** All that is stored, by the names of its places, also while everything runs. */
  readonly stored: () => Promise<ReadonlyArray<readonly [place: string, content: Buffer]>>
  /** Ends everything and removes what it left. */
  readonly remove: () => Promise<void>
}

/** The stores, each with what the setting is and what has to run for it. */
export const stores = ['SQLite', 'memory', 'PostgreSQL', 'EventStoreDB'] as const
export type StoreName = (typeof stores)[number]

export const install = (store: StoreName): Promise<Installation> =>
  store === 'memory' ? installInOneProcess() : installProcesses(store)

type Stored = Installation['stored']

interface Server {
  readonly setting: string | undefined
  readonly stored: Stored
  readonly stop: () => Promise<void>
}

/** What a store needs to run. */
const serverFor = async (store: Exclude<StoreName, 'memory'>): Promise<Server> => {
  if (store === 'SQLite') return { setting: undefined, stored: nothing, stop: () => Promise.resolve() }
  if (store === 'PostgreSQL') {
    const { url, stop } = await startPostgres()
    return { setting: url, stored: () => tablesOf(url), stop }
  }
  const { url, stored, stop } = await startEventStoreDb()
  return { setting: url, stored: () => Promise.resolve([['log of the server', stored()]]), stop }
}

const installProcesses = async (store: Exclude<StoreName, 'memory'>): Promise<Installation> => {
  const folder = temporaryFolder()
  const server = await serverFor(store)
  const setting = server.setting ?? `sqlite:${folder.path}/keys.sqlite`
  const environment = { ...childEnvironment(folder.path), DETRICS_STORE: setting }
  const api = await startProgram(apiProgram, environment)
  const mcp = await startProgram(mcpProgram, environment)
  const keys = await opened(openKeys({ store: setting, dataFolder: folder.path }))
  const remove = async (): Promise<void> => {
    await Promise.all([api.stop(), mcp.stop(), keys.close()])
    await server.stop()
    folder.remove()
  }
  const stored: Stored = async () => [...filesIn(folder.path), ...(await server.stored())]
  return { api, mcp, keys, environment, folder: folder.path, stored, remove }
}

/** Memory belongs to one process, so there everything runs in this one. */
const installInOneProcess = async (): Promise<Installation> => {
  const folder = temporaryFolder()
  const events = memoryEventStore()
  const trail = memoryAuditTrailStore()
  const keys = await opened(openKeys({ store: { events, trail } }))
  const lines: Array<string> = []
  const log = { write: (line: string) => void lines.push(line) }
  const app = createApi({ keys, identity: developmentIdentity, log })
  const apiUrl = await opened(listenOnLoopback(app, { host: '127.0.0.1', port: 0 }))
  const server = await listen(0, (port) => composeMcpApp(keys, port))
  const here = (url: string, stop: () => Promise<void>): Running => ({
    url,
    pid: process.pid,
    output: () => lines.join(''),
    // Who stops this process stops the one who revokes as well.
    signal: () => undefined,
    stop: () => stop().then(() => 0),
    killed: () => Promise.reject(new Error('this process would end')),
  })
  const api = here(apiUrl, () => app.close().then(() => undefined))
  const mcp = here(`http://127.0.0.1:${server.port}/mcp`, () => server.stop())
  const remove = async (): Promise<void> => {
    await Promise.all([api.stop(), mcp.stop()])
    await keys.close()
    folder.remove()
  }
  const stored: Stored = async () => [
    ['log', Buffer.from(JSON.stringify((await opened(events.readAll(O.none, 10_000))).events, numbers))],
  ]
  return { api, mcp, keys, environment: childEnvironment(folder.path), folder: folder.path, stored, remove }
}

const nothing: Stored = () => Promise.resolve([])

const numbers = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

const filesIn = (folder: string): Awaited<ReturnType<Stored>> =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])

/** Every row of every table, as text, since a database may compress what it stores. */
const tablesOf = async (url: string): ReturnType<Stored> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ readonly name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    )
    const contents: Array<readonly [string, Buffer]> = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ readonly row: string }>(`SELECT t::text AS row FROM ${name} t`)
      contents.push([name, Buffer.from(rows.map(({ row }) => row).join('\n'))])
    }
    return contents
  } finally {
    await client.end()
  }
}

const opened = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

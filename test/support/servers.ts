import { randomUUID } from 'node:crypto'
import { startEventStoreDb, type EventStoreDbProcess } from './event-store-db.js'
import { startPostgres, type PostgresServer } from './postgres.js'

/** The servers of a test file; each is started when it is asked for first, and gives room after room on it. */
export interface Servers {
  /** A setting for a new log in PostgreSQL. */
  readonly postgres: () => Promise<string>
  /** A setting for a new log in EventStoreDB: the server of `EVENTSTORE_URL`, or the double. */
  readonly eventStoreDb: () => Promise<string>
  readonly stop: () => Promise<void>
}

const freshName = (): string => `t${randomUUID().replaceAll('-', '').slice(0, 16)}`

export const servers = (): Servers => {
  let postgres: Promise<PostgresServer> | undefined
  let eventStoreDb: Promise<EventStoreDbProcess> | undefined
  const given = process.env['EVENTSTORE_URL']
  return {
    postgres: async () => {
      postgres ??= startPostgres()
      return (await postgres).urlWith({ parameters: { schema: freshName() } })
    },
    eventStoreDb: async () => {
      if (given === undefined) eventStoreDb ??= startEventStoreDb()
      const url = given ?? (await eventStoreDb)?.url ?? ''
      return `${url}${url.includes('?') ? '&' : '?'}detricsPrefix=${freshName()}`
    },
    stop: async () => {
      await (await postgres)?.stop()
      await (await eventStoreDb)?.stop()
    },
  }
}

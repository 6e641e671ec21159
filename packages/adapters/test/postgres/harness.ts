import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { noStream } from '@detrics/keys-domain'
import type { EventStore, NewEvent, StreamId } from '@detrics/keys-domain'
import type { EventStoreHarness, OpenAppend } from '@detrics/keys-adapters/conformance'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { appendEvents } from '../../src/postgres/append-statements.js'
import { openLogSession } from '../../src/postgres/log-session.js'
import type { LogSession } from '../../src/postgres/log-session.js'
import { targetFrom } from '../../src/postgres/target.js'
import { absences } from '../absences.js'
import { opened } from '../harness.js'
import { startProxy } from './proxy.js'
import type { Proxy } from './proxy.js'

/** A call waits to be sent and then for its answer, each for 4 s at most. */
const answersWithinMs = 9_000

export const freshSchema = (): string => `t${randomUUID().replaceAll('-', '').slice(0, 16)}`

/** The value, or the failure of a test that did not expect a fault. */
export const granted = async <L, A>(result: Promise<E.Either<L, A>>): Promise<A> => {
  const answer = await result
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** A connection of the test's own. */
export const connection = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export const sessionOn = async (url: string): Promise<LogSession> => {
  const target = targetFrom({ url })
  if (E.isLeft(target)) throw new Error(target.left.cause)
  return granted(openLogSession(target.right, { purpose: 'test' }))
}

/** An append as a process makes it, which is not committed yet. */
export const beginAppendOn = async (
  url: string,
  stream: StreamId,
  events: readonly [NewEvent, ...ReadonlyArray<NewEvent>],
): Promise<OpenAppend> => {
  const target = targetFrom({ url })
  if (E.isLeft(target)) throw new Error(target.left.cause)
  const session = await sessionOn(url)
  const place = { schema: target.right.schema, facts: session.facts }
  await granted(session.script('BEGIN'))
  await granted(session.run(appendEvents(place, [{ stream, expected: noStream, events }])))
  const end = (how: string) => async (): Promise<void> => {
    await granted(session.script(how))
    await session.close()
  }
  return { commit: end('COMMIT'), abort: end('ROLLBACK') }
}

export interface PostgresHarness extends EventStoreHarness {
  readonly stop: () => Promise<void>
}

/** Each `open` takes a new schema, and each store has a way of its own to the server, which can be cut. */
export const postgresHarness = (server: PostgresServer): PostgresHarness => {
  const proxies = new Map<EventStore, Proxy>()
  let url = ''
  const openWith = async (): Promise<EventStore> => {
    const proxy = await startProxy(url)
    const store = await opened(openPostgresEventStore({ url: proxy.url }))
    const close = async (): Promise<void> => {
      await store.close()
      await proxies.get(handle)?.stop()
      proxies.delete(handle)
    }
    const handle = { ...store, close }
    proxies.set(handle, proxy)
    return handle
  }
  return {
    name: 'PostgreSQL',
    absent: absences.PostgreSQL,
    open: () => {
      url = server.urlWith({ parameters: { schema: freshSchema() } })
      return openWith()
    },
    reopen: openWith,
    loseNextReply: (store) => {
      proxies.get(store)?.cutAfterNextAppend()
      return Promise.resolve()
    },
    connection: {
      interrupt: () => {
        for (const proxy of proxies.values()) proxy.cut()
        return Promise.resolve()
      },
      stopServer: server.halt,
      startServer: () => server.start(),
      answersWithinMs,
    },
    overlappingAppends: {
      beginAppend: (stream, events) => beginAppendOn(url, stream, events),
      openForeignTransaction: async () => {
        const client = await connection(server.url)
        await client.query('CREATE TABLE IF NOT EXISTS of_another_program (n int); BEGIN')
        await client.query('INSERT INTO of_another_program VALUES (1)')
        return async () => {
          await client.query('ROLLBACK')
          await client.end()
        }
      },
    },
    stop: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.stop()))
    },
  }
}

import { Socket } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg' // pure JavaScript, so it installs everywhere; prepares by name, and sends statements in a pipeline
import { patienceWith } from './patience.js'
import { codeOf, faultOf, unsent } from './fault.js'
import type { Fault } from './fault.js'
import { checkServer, sessionSettings } from './session-settings.js'
import type { Target } from './target.js'

/** How long a new connection may take. */
export const connectMs = 3_000
/** How long the parting from a server may take before the socket is torn down. */
const partingMs = 500
const keepAliveAfterMs = 10_000

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: ReadonlyArray<unknown>
}

/** Columns as PostgreSQL writes them: nothing is parsed that is not needed. */
export type Row = ReadonlyArray<string | null>
export type Rows = ReadonlyArray<Row>

/**
 * One connection with settings that hold. Statements are sent at once and answered in their order; each is a transaction
 * of its own, so each sees what was committed when the server came to it.
 */
export interface Session {
  readonly run: (statement: Statement) => Promise<E.Either<Fault, Rows>>
  /** Several statements without values as one message, in one transaction unless they say otherwise. */
  readonly script: (text: string) => Promise<E.Either<Fault, ReadonlyArray<Rows>>>
  /** How many statements are not answered yet. */
  readonly underWay: () => number
  readonly isLost: () => boolean
  readonly onLost: (then: () => void) => void
  readonly onNotification: (then: () => void) => void
  /** Parts from the server; what is under way is lost. */
  readonly close: () => Promise<void>
}

export interface SessionOptions {
  /** What the session is for, as the server's list of sessions shows it. */
  readonly purpose: string
  readonly withinMs?: number
  /** More settings, as SQL. */
  readonly settings?: string
}

const text = { getTypeParser: () => (value: string) => value }

/** Connects, pins the settings and refuses a server on which an acknowledged append could be lost. */
export const openSession = async (
  target: Target,
  { purpose, withinMs = connectMs, settings = '' }: SessionOptions,
): Promise<E.Either<Fault, Session>> => {
  const socket = new Socket()
  const client = E.tryCatch(
    () =>
      new pg.Client({
        ...clientConfig(target.url),
        application_name: `detrics-keys ${purpose}`,
        stream: () => socket,
      }),
    () => unsent('the address of the database is malformed, or a file that it names is missing'),
  )
  if (E.isLeft(client)) return client
  const session = sessionOn(client.right, socket)
  const late = setTimeout(() => socket.destroy(), withinMs)
  try {
    await client.right.connect()
    const answers = await session.script(`${sessionSettings}${settings}`)
    const checked = E.isLeft(answers) ? E.left(unsent(answers.left.code)) : checkServer(answers.right)
    if (E.isRight(checked)) return E.right(session)
    await session.close()
    return checked
  } catch (error) {
    socket.destroy()
    return E.left(unsent(codeOf(error)))
  } finally {
    clearTimeout(late)
  }
}

const clientConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  types: text,
  pipeline: true,
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveAfterMs,
})

const sessionOn = (client: pg.Client, socket: Socket): Session => {
  const lossListeners: Array<() => void> = []
  const patience = patienceWith(() => socket.destroy())
  let lost = false
  const lose = (): void => {
    if (lost) return
    lost = true
    for (const then of lossListeners) then()
  }
  // An error of a connection that nobody uses must not end the process; whoever uses it hears of it by the statement.
  client.on('error', () => {
    lose()
    socket.destroy()
  })
  client.on('end', lose)

  /** By a callback and not by the driver's promises, because a single append feels each turn that is taken. */
  const query = (config: pg.QueryArrayConfig<Array<unknown>>): Promise<E.Either<Fault, Results>> =>
    new Promise((resolve) => {
      if (lost) return resolve(E.left(unsent('the connection was lost')))
      patience.begin()
      client.query<Array<string | null>>(config, (error: Error | null, results) => {
        patience.end()
        if (error === null) return resolve(E.right(results))
        const fault = faultOf(error)
        if (fault.fate === 'doubtful') {
          lose()
          socket.destroy()
        }
        resolve(E.left(fault))
      })
    })

  return {
    run: async ({ name, text, values }) => {
      const results = await query({ name, text, values: values as Array<unknown>, rowMode: 'array' })
      return E.isLeft(results) ? results : E.right('rows' in results.right ? results.right.rows : [])
    },
    script: async (text) => {
      const results = await query({ text, rowMode: 'array' })
      return E.isLeft(results) ? results : E.right([results.right].flat().map(({ rows }) => rows))
    },
    underWay: patience.underWay,
    isLost: () => lost,
    onLost: (then) => void lossListeners.push(then),
    onNotification: (then) => void client.on('notification', then),
    close: async () => {
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      if (lost || patience.underWay() > 0) socket.destroy()
      const late = setTimeout(() => socket.destroy(), partingMs)
      void client.end().catch(() => undefined)
      if (!socket.closed) await gone
      clearTimeout(late)
      patience.stop()
    },
  }
}

/** One result, or one for each statement of a script. */
type Results =
  pg.QueryArrayResult<Array<string | null>> | ReadonlyArray<pg.QueryArrayResult<Array<string | null>>>

import pg from 'pg'

/** A connection by hand, for what no adapter does: long transactions, aborts, and readers that are wrong. */
export interface Raw {
  readonly run: (
    text: string,
    values?: ReadonlyArray<unknown>,
  ) => Promise<ReadonlyArray<ReadonlyArray<string>>>
  readonly close: () => Promise<void>
}

const text = { getTypeParser: () => (value: string) => value }

export const raw = async (url: string): Promise<Raw> => {
  const client = new pg.Client({ connectionString: url, types: text })
  // The loss of a connection is told to whoever waits for an answer on it.
  client.on('error', () => undefined)
  await client.connect()
  return {
    run: async (statement, values = []) =>
      (await client.query<Array<string>>({ text: statement, values: [...values], rowMode: 'array' })).rows,
    close: () => client.end(),
  }
}

/** Where a log's locks are: their keys begin with its number. */
export interface LogPlace {
  readonly url: string
  readonly schema: string
  readonly lockBase: bigint
}

const placeBits = 48n

export const logPlace = async (url: string, schema: string): Promise<LogPlace> => {
  const { run, close } = await raw(url)
  const [[number = ''] = []] = await run(
    `SELECT number FROM detrics_keys_shared.lock_namespaces n JOIN ${schema}.log_form f ON f.log = n.log`,
  )
  await close()
  return { url, schema, lockBase: BigInt(number) << placeBits }
}

/** The position up to which no lock of a writer stands, none without a lock: what an honest reader asks as well. */
export const lowestLock = ({ lockBase }: LogPlace): string =>
  `SELECT min((classid::bigint << 32 | objid::bigint) - ${lockBase}) AS low FROM pg_locks
   WHERE locktype = 'advisory' AND objsubid = 1 AND granted
   AND (classid::bigint << 32 | objid::bigint) >> ${placeBits} = ${lockBase >> placeBits}`

export const lastPlace = ({ schema }: LogPlace): string =>
  `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM ${schema}.event_positions`

/** Emmett's stores, as its documentation opens them. */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'

const toEmmett = ({ type, data, metadata }) => ({
  type,
  data: JSON.parse(data),
  metadata: JSON.parse(metadata),
})

const attemptsMax = 5

const on = (store, close) => ({
  append: (stream, first, events) =>
    store.appendToStream(stream, events.map(toEmmett), {
      expectedStreamVersion: first === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(first),
    }),
  /** Emmett reads streams; the streams that were written, one after the other. */
  readStreams: async (streams) => {
    let count = 0
    for (const stream of streams) count += (await store.readStream(stream)).events.length
    return count
  },
  close,
})

export const emmettPostgres = (url) => {
  const store = getPostgreSQLEventStore(url)
  return on(store, () => store.close())
}

export const emmettSqlite = async (folder) => {
  const sqlite = await import('@event-driven-io/emmett-sqlite')
  const store = sqlite.getSQLiteEventStore({ fileName: `${folder}/emmett.sqlite` })
  const direct = on(store, async () => store.close?.())
  const retried = async (given, attempt = 1) => {
    try {
      return await direct.append(...given)
    } catch (error) {
      if (error.code !== 'SQLITE_BUSY' || attempt === attemptsMax) throw error
      return retried(given, attempt + 1)
    }
  }
  // Appends at once end with SQLITE_BUSY, and now and then one alone does: callers take turns and try again.
  let latest = Promise.resolve()
  const append = (...given) => {
    latest = latest.then(() => retried(given))
    return latest
  }
  return { ...direct, append }
}

/** How a store is opened at a place: a folder for SQLite, an address for PostgreSQL. Drivers are loaded when asked for. */
const adapters = '../../packages/adapters/dist'

export const openers = {
  SQLite: (folder) => async () => {
    const { openSqliteEventStore } = await import(`${adapters}/sqlite/index.js`)
    return openSqliteEventStore({ file: `${folder}/ours.sqlite` })()
  },
  PostgreSQL: (url) => async () => {
    const { openPostgresEventStore } = await import(`${adapters}/postgres/index.js`)
    return openPostgresEventStore({ url })()
  },
}

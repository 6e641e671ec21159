/**
 * SQLite by hand: the driver, one table, the same durability (WAL, synchronous FULL), the same columns and the same
 * uniqueness; a transaction for each append. It looks for no retry, decides no expectation and protects no row.
 */
import Database from 'better-sqlite3'
import { join } from 'node:path'

export const sqliteByHand = (folder) => {
  const database = new Database(join(folder, 'by-hand.sqlite'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL, schema INTEGER NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    UNIQUE (stream, revision)) STRICT`)
  const insert = database.prepare(
    'INSERT INTO events (stream, revision, id, type, schema, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertAll = database.transaction((stream, first, events) => {
    const now = Date.now()
    for (const [index, { id, type, schema, data, metadata }] of events.entries())
      insert.run(stream, first + index, id, type, schema, data, metadata, now)
  })
  const page = database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT 10000')
  return {
    append: (stream, first, events) => Promise.resolve(insertAll.immediate(stream, first, events)),
    readAll: () => {
      let count = 0
      let after = 0
      for (;;) {
        const rows = page.all(after)
        if (rows.length === 0) return Promise.resolve(count)
        count += rows.length
        after = rows.at(-1).position
      }
    },
    close: () => Promise.resolve(database.close()),
  }
}

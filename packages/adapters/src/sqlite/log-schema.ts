import type { FileForm } from './connection.js'

const refuse = (table: string, verb: 'UPDATE' | 'DELETE'): string => `
CREATE TRIGGER ${table}_refuse_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} are never changed or removed'); END;
`

/*
 * THE STORAGE FORMAT of the log's file. AUTOINCREMENT, because without it SQLite gives the number of a removed
 * last row out again, and a reader's checkpoint would then skip an event. The triggers hold for every program that
 * opens the file; those on INSERT stand against INSERT OR REPLACE, which removes rows without a DELETE trigger.
 */
const schema = `
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  stream INTEGER NOT NULL REFERENCES streams (id),
  revision INTEGER NOT NULL CHECK (revision >= 0),
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  data TEXT NOT NULL,
  metadata TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (stream, revision)
) STRICT;

CREATE TRIGGER streams_refuse_replace BEFORE INSERT ON streams
WHEN EXISTS (SELECT 1 FROM streams WHERE id = NEW.id OR name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'streams are never changed or removed'); END;

CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
  OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND revision = NEW.revision)
BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END;
${refuse('streams', 'UPDATE')}${refuse('streams', 'DELETE')}
${refuse('events', 'UPDATE')}${refuse('events', 'DELETE')}`

/** "DKlg", as the four bytes of SQLite's application id. */
export const logForm: FileForm = {
  what: 'a log of Detrics Keys',
  applicationId: 0x444b6c67,
  version: 1,
  schema,
}

import type { FileForm } from './file-form.js'

const refuse = (table: string, verb: 'UPDATE' | 'DELETE'): string => `
CREATE TRIGGER ${table}_refuse_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} are never changed or removed'); END;
`

const refuseReplacing = (table: string): string => `
CREATE TRIGGER ${table}_refuse_replace BEFORE INSERT ON ${table}
BEGIN INSERT OR IGNORE INTO refused VALUES (NULL); END;
`

/*
 * THE STORAGE FORMAT of the log's file. AUTOINCREMENT, because without it SQLite gives the number of a removed
 * last row out again, and a reader's checkpoint would then skip an event. The triggers hold for every program that
 * opens the file.
 *
 * INSERT OR REPLACE removes rows without a DELETE trigger. It is told from a plain INSERT by this: the conflict policy
 * of a statement also governs the statements in its triggers. So the row without a value that is offered to `refused`
 * is ignored in a plain INSERT, and in a REPLACE it is an error. Nothing is searched for, unlike by a trigger that
 * looks whether the row is there.
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

CREATE TABLE refused (replacing_of_rows INTEGER NOT NULL) STRICT;
${refuseReplacing('streams')}${refuseReplacing('events')}
${refuse('streams', 'UPDATE')}${refuse('streams', 'DELETE')}
${refuse('events', 'UPDATE')}${refuse('events', 'DELETE')}`

/** "DKlg", as the four bytes of SQLite's application id. */
export const logForm: FileForm = {
  what: 'a log of Detrics Keys',
  applicationId: 0x444b6c67,
  version: 1,
  schema,
}

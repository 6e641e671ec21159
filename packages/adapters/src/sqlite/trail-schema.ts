import type { FileForm } from './connection.js'

/*
 * The tables of the audit trail: one row for each line, with the columns that a query filters by and the rest of
 * the entry as JSON. A workspace remembers its last number itself, so that numbers go on when old lines are thinned.
 */
const schema = `
CREATE TABLE checkpoint (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  log_id TEXT NOT NULL,
  position TEXT NOT NULL,
  event_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision TEXT NOT NULL
) STRICT;

CREATE TABLE workspaces (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  last_sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE lines (
  workspace INTEGER NOT NULL REFERENCES workspaces (id),
  sequence INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  rest TEXT NOT NULL,
  PRIMARY KEY (workspace, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_of_a_key ON lines (workspace, key_id, sequence);
`

/** "DKat", as the four bytes of SQLite's application id. */
export const trailForm: FileForm = {
  what: 'an audit trail of Detrics Keys',
  applicationId: 0x444b6174,
  version: 1,
  schema,
}

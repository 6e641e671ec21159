import type { FileForm } from './file-form.js'

/*
 * The tables of the audit trail: one row for each line, with the columns that a query filters by and the rest of
 * the entry as JSON. A workspace remembers its last number itself, so that numbers go on when old lines are thinned.
 *
 * The facet of a line is its kind, and of uses also their outcome: `used:accepted`. There is an index for every filter
 * with which few lines may be found among many. For instants it would be none, since lines stand in the order of the
 * log and not quite in that of their clocks: instead each span of neighbouring lines says when the earliest and the
 * latest of them happened, and a query passes over the spans in which there can be nothing.
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
  facet TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  rest TEXT NOT NULL,
  PRIMARY KEY (workspace, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_of_a_key ON lines (workspace, key_id, sequence);
CREATE INDEX lines_of_a_facet ON lines (workspace, facet, sequence);
CREATE INDEX lines_of_a_key_and_facet ON lines (workspace, key_id, facet, sequence);

CREATE TABLE spans (
  workspace INTEGER NOT NULL REFERENCES workspaces (id),
  first_sequence INTEGER NOT NULL,
  earliest INTEGER NOT NULL,
  latest INTEGER NOT NULL,
  PRIMARY KEY (workspace, first_sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_uses (
  workspace INTEGER NOT NULL REFERENCES workspaces (id),
  key_id TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (workspace, key_id)
) STRICT, WITHOUT ROWID;
`

/** Every table that there is or was, in an order in which none is dropped before those that refer to it. */
const tables = ['last_uses', 'spans', 'lines', 'workspaces', 'checkpoint']

/** Empties the tables of this version. */
export const clearTrail = tables.map((table) => `DELETE FROM ${table};`).join(' ')

/** "DKat", as the four bytes of SQLite's application id. An older trail is dropped: it is read from the log again. */
export const trailForm: FileForm = {
  what: 'an audit trail of Detrics Keys',
  applicationId: 0x444b6174,
  version: 3,
  schema,
  dropOlder: tables.map((table) => `DROP TABLE IF EXISTS ${table};`).join(' '),
}

/** How many lines make a span. */
export const spanLength = 1_000

/** The first line of the span in which a line stands. */
export const spanOf = (sequence: number): number => sequence - ((sequence - 1) % spanLength)

/*
 * The tables of the audit trail, as in SQLite: one row for each line, with the columns that a query filters by and the
 * rest of the entry as JSON text; an index for every filter with which few lines may be found among many; and spans of
 * neighbouring lines that say when the earliest and the latest of them happened, in place of an index by instants.
 *
 * They stand beside the log's, under names of their own and with a version of their own. No foreign keys: one function
 * writes all of them, and a check for each line would cost as much as the line.
 */

/** The form of these tables. It counts on with that of the trail in SQLite: a line holds the same in both. */
export const trailVersion = 2

/** How many lines make a span. */
export const spanLength = 1_000

/**
 * The index of keys and facets sorts absent values first, where its columns have none. So the order in which it gives
 * lines is, in PostgreSQL's eyes, not that of any other index, and a query can ask for it (see the pager).
 */
const tablesIn = (schema: string): string => `
CREATE TABLE ${schema}.trail_form (
  id smallint PRIMARY KEY CHECK (id = 1),
  version integer NOT NULL
);
INSERT INTO ${schema}.trail_form VALUES (1, ${trailVersion});

CREATE TABLE ${schema}.trail_checkpoint (
  id smallint PRIMARY KEY CHECK (id = 1),
  log_id text,
  position text,
  event_id text,
  stream text,
  revision text
);
INSERT INTO ${schema}.trail_checkpoint (id) VALUES (1);

CREATE TABLE ${schema}.trail_workspaces (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  last_sequence bigint NOT NULL
);

CREATE TABLE ${schema}.trail_lines (
  workspace integer NOT NULL,
  sequence bigint NOT NULL,
  occurred_at bigint NOT NULL,
  key_id uuid NOT NULL,
  facet text COLLATE "C" NOT NULL,
  rest text NOT NULL,
  PRIMARY KEY (workspace, sequence)
);
CREATE INDEX trail_lines_of_a_key ON ${schema}.trail_lines (workspace, key_id, sequence);
CREATE INDEX trail_lines_of_a_facet ON ${schema}.trail_lines (workspace, facet, sequence);
CREATE INDEX trail_lines_of_a_key_and_facet ON ${schema}.trail_lines
  (workspace, key_id NULLS FIRST, facet NULLS FIRST, sequence NULLS FIRST);

CREATE TABLE ${schema}.trail_spans (
  workspace integer NOT NULL,
  first_sequence bigint NOT NULL,
  earliest bigint NOT NULL,
  latest bigint NOT NULL,
  PRIMARY KEY (workspace, first_sequence)
);

CREATE TABLE ${schema}.trail_last_uses (
  workspace integer NOT NULL,
  key_id uuid NOT NULL,
  last_at bigint NOT NULL,
  PRIMARY KEY (workspace, key_id)
);
`

/**
 * A commit in one statement, so that no process that stops in the middle leaves a transaction open. The row of the
 * checkpoint is always there, also before the first commit: locking it is what makes one of two commits wait, and the
 * waiting one compares with what the other has left. Each statement of the function sees what was committed before it,
 * which is why it must not run at a higher isolation level.
 */
const commitIn = (schema: string): string => `
CREATE FUNCTION ${schema}.trail_commit(
  expected text[], next text[], names text[], ordinals bigint[], instants bigint[], accepted bigint[],
  keys uuid[], facets text[], rests text[]
) RETURNS boolean LANGUAGE plpgsql AS $commit$
DECLARE
  held ${schema}.trail_checkpoint%ROWTYPE;
BEGIN
  SELECT * INTO STRICT held FROM ${schema}.trail_checkpoint FOR UPDATE;
  IF ARRAY[held.log_id, held.position, held.event_id] IS DISTINCT FROM expected THEN
    RETURN false;
  END IF;

  UPDATE ${schema}.trail_checkpoint
  SET log_id = next[1], position = next[2], event_id = next[3], stream = next[4], revision = next[5];

  INSERT INTO ${schema}.trail_workspaces (name, last_sequence)
  SELECT DISTINCT given.name, 0 FROM unnest(names) AS given (name)
  WHERE NOT EXISTS (SELECT FROM ${schema}.trail_workspaces AS known WHERE known.name = given.name);

  WITH added AS (
    INSERT INTO ${schema}.trail_lines (workspace, sequence, occurred_at, key_id, facet, rest)
    SELECT w.id, w.last_sequence + line.ordinal, line.occurred_at, line.key_id, line.facet, line.rest
    FROM unnest(names, ordinals, instants, keys, facets, rests)
      AS line (name, ordinal, occurred_at, key_id, facet, rest)
    JOIN ${schema}.trail_workspaces AS w ON w.name = line.name
    RETURNING workspace, sequence, occurred_at
  )
  INSERT INTO ${schema}.trail_spans AS span (workspace, first_sequence, earliest, latest)
  SELECT workspace, sequence - (sequence - 1) % ${spanLength}, min(occurred_at), max(occurred_at)
  FROM added GROUP BY 1, 2
  ON CONFLICT (workspace, first_sequence) DO UPDATE
  SET earliest = least(span.earliest, excluded.earliest), latest = greatest(span.latest, excluded.latest);

  INSERT INTO ${schema}.trail_last_uses AS known (workspace, key_id, last_at)
  SELECT w.id, used.key_id, max(used.last_at)
  FROM unnest(names, keys, accepted) AS used (name, key_id, last_at)
  JOIN ${schema}.trail_workspaces AS w ON w.name = used.name
  WHERE used.last_at IS NOT NULL
  GROUP BY 1, 2
  ON CONFLICT (workspace, key_id) DO UPDATE SET last_at = excluded.last_at
  WHERE known.last_at < excluded.last_at;

  UPDATE ${schema}.trail_workspaces AS w SET last_sequence = w.last_sequence + given.count
  FROM (SELECT name, count(*) AS count FROM unnest(names) AS line (name) GROUP BY name) AS given
  WHERE w.name = given.name;

  RETURN true;
END
$commit$;
`

/**
 * Takes the lock that commits take, then empties the tables: by TRUNCATE, whose cost does not grow with the trail. It
 * waits for those who read at the moment, and locks the tables in the order in which they do, so that neither of them
 * can hold what the other waits for.
 */
const clearIn = (schema: string): string => `
CREATE FUNCTION ${schema}.trail_clear() RETURNS void LANGUAGE plpgsql AS $clear$
BEGIN
  PERFORM FROM ${schema}.trail_checkpoint FOR UPDATE;
  TRUNCATE ${['spans', 'lines', 'last_uses', 'workspaces'].map((table) => `${schema}.trail_${table}`).join(', ')}
    RESTART IDENTITY;
  UPDATE ${schema}.trail_checkpoint
  SET log_id = NULL, position = NULL, event_id = NULL, stream = NULL, revision = NULL;
END
$clear$;
`

/** Every table that there is or was. */
export const trailTableNames = ['form', 'checkpoint', 'workspaces', 'lines', 'spans', 'last_uses'].map(
  (table) => `trail_${table}`,
)

/** Makes everything of this version in a schema that holds nothing of a trail. */
export const makeTrail = (schema: string): string => tablesIn(schema) + commitIn(schema) + clearIn(schema)

/** Drops the trail of any older version. */
export const dropTrail = (schema: string): string => `
DROP TABLE IF EXISTS ${trailTableNames.map((table) => `${schema}.${table}`).join(', ')};
DROP FUNCTION IF EXISTS ${schema}.trail_commit;
DROP FUNCTION IF EXISTS ${schema}.trail_clear;
`

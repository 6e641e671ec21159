/** The form of the tables below. A newer one is refused, an older one is brought up to it. */
export const logVersion = 1

/** Where the numbers of all logs in a database are kept: see `lock_namespaces` below. */
export const sharedSchema = 'detrics_keys_shared'

/** A lock's key is a log's number followed by a place in so many bits, so no position goes beyond them. */
export const placeBits = 48
const namespaceMax = 2 ** (63 - placeBits) - 1

/** "DKlg": whoever makes or migrates a log in this database holds this lock. No log has the number 0, so none uses it. */
export const migrationLock = 0x444b6c67

/**
 * Advisory locks are named by numbers that all programs in a database share. So each log has a number, drawn from this
 * table and not made from its name: two names may give one number, and the locks of one log would hold up the other.
 */
export const sharedTables = `
CREATE TABLE ${sharedSchema}.lock_namespaces (
  number smallint GENERATED ALWAYS AS IDENTITY (MAXVALUE ${namespaceMax}) PRIMARY KEY CHECK (number > 0),
  log uuid NOT NULL UNIQUE
);
`

/**
 * THE STORAGE FORMAT of a log. CACHE 1: a session that held numbers back would give them out after others that are
 * higher, below a mark that readers have passed. Streams are named in each event and not numbered in a table: it costs
 * 30 bytes or so, and saves a search with each append and with each row that is read. The trigger fires for everybody,
 * also where a session replays changes of another server.
 */
export const logTables = (schema: string): string => `
CREATE TABLE ${schema}.log_form (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version integer NOT NULL,
  log uuid NOT NULL
);

CREATE SEQUENCE ${schema}.event_positions AS bigint MINVALUE 1 MAXVALUE ${2n ** BigInt(placeBits) - 1n} CACHE 1 NO CYCLE;

CREATE TABLE ${schema}.events (
  position bigint PRIMARY KEY DEFAULT nextval('${schema}.event_positions'),
  stream text COLLATE "C" NOT NULL,
  revision bigint NOT NULL CHECK (revision >= 0),
  id uuid NOT NULL UNIQUE,
  type text NOT NULL,
  schema integer NOT NULL,
  data text NOT NULL,
  metadata text NOT NULL,
  recorded_at bigint NOT NULL,
  UNIQUE (stream, revision)
);
ALTER SEQUENCE ${schema}.event_positions OWNED BY ${schema}.events.position;

CREATE FUNCTION ${schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ${schema}.events
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse_change();
ALTER TABLE ${schema}.events ENABLE ALWAYS TRIGGER events_refuse_change;
`

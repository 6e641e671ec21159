import { lastPlaceOf } from './mark.js'

/**
 * The order that readers rely on (see `mark.ts`): first the last position given out is read, and a lock is taken that
 * says "nothing of mine is at or below this". Only then is looked where the stream ends, and only then are positions
 * drawn. The lock is shared, so nobody waits for it, and PostgreSQL lets it go when what was written can be seen.
 *
 * Each of these statements sees what was committed when it began: the functions are volatile, and a session's
 * transactions are READ COMMITTED. So of two events of a stream the later one has the higher position: its writer has
 * seen the earlier one before it drew its own.
 */
const takeLowWaterLock = (schema: string): string =>
  `PERFORM pg_advisory_xact_lock_shared(lock_base | ${lastPlaceOf}) FROM ${schema}.event_positions;`

/** The stream's number if its last revision is the one before `first`, which is -1 for a stream that is to be new. */
const streamEndingBefore = (schema: string, name: string, first: string): string => `
  SELECT s.id FROM ${schema}.streams s WHERE s.name = ${name} AND ${first} - 1 =
    coalesce((SELECT max(e.revision) FROM ${schema}.events e WHERE e.stream = s.id), -1)`

const columns = 'stream, revision, id, type, schema, data, metadata, recorded_at'
const now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/**
 * `append_event` appends one event and gives its position, or null if the stream ends elsewhere. It is the statement
 * that a single append consists of, so it does no more than it must.
 *
 * `append_events` appends several batches, each to another stream, in the order of the streams' names: so groups of two
 * processes that meet wait for each other in one order. `firsts` has the first revision of each batch; the other arrays
 * have an entry for each event, `batches` the number of its batch from 1. It gives the numbers of the batches that were
 * refused because their stream ends elsewhere, and the positions of all events of the others.
 *
 * Ids are not looked up: an id that is stored already breaks its constraint, and the whole call comes to nothing.
 */
export const appendFunctions = (schema: string): string => `
CREATE FUNCTION ${schema}.append_event(lock_base bigint, stream_name text, first bigint, event_id uuid,
  event_type text, event_schema integer, event_data text, event_metadata text) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  place bigint;
BEGIN
  ${takeLowWaterLock(schema)}
  INSERT INTO ${schema}.events (${columns})
  SELECT s.id, first, event_id, event_type, event_schema, event_data, event_metadata, ${now}
  FROM (${streamEndingBefore(schema, 'stream_name', 'first')}) s RETURNING position INTO place;
  IF place IS NULL AND first = 0 THEN
    INSERT INTO ${schema}.streams (name) VALUES (stream_name) ON CONFLICT DO NOTHING;
    INSERT INTO ${schema}.events (${columns})
    SELECT s.id, first, event_id, event_type, event_schema, event_data, event_metadata, ${now}
    FROM (${streamEndingBefore(schema, 'stream_name', 'first')}) s RETURNING position INTO place;
  END IF;
  RETURN place;
END $$;

CREATE FUNCTION ${schema}.append_events(lock_base bigint, names text[], firsts bigint[], batches integer[],
  revisions bigint[], ids uuid[], types text[], schemas integer[], datas text[], metadatas text[],
  OUT refused integer[], OUT places bigint[])
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  numbers bigint[];
  recorded bigint := ${now};
BEGIN
  ${takeLowWaterLock(schema)}
  IF 0 = ANY (firsts) THEN
    INSERT INTO ${schema}.streams (name)
    SELECT b.name FROM unnest(names, firsts) AS b (name, first)
    WHERE b.first = 0 AND NOT EXISTS (SELECT FROM ${schema}.streams s WHERE s.name = b.name)
    ON CONFLICT DO NOTHING;
  END IF;
  numbers := ARRAY(
    SELECT (${streamEndingBefore(schema, 'b.name', 'b.first')})
    FROM unnest(names, firsts) AS b (name, first)
  );
  refused := array_positions(numbers, NULL);
  WITH written AS (
    INSERT INTO ${schema}.events (${columns})
    SELECT numbers[e.batch], e.revision, e.id, e.type, e.schema, e.data, e.metadata, recorded
    FROM unnest(batches, revisions, ids, types, schemas, datas, metadatas)
      AS e (batch, revision, id, type, schema, data, metadata)
    WHERE numbers[e.batch] IS NOT NULL
    RETURNING position
  )
  SELECT coalesce(array_agg(position), '{}') INTO places FROM written;
END $$;
`

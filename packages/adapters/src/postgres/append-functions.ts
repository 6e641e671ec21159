/**
 * The order that readers rely on (see `mark.ts`): first the last position given out is read, and a lock is taken that
 * says "nothing of mine is at or below this". Only then is looked where the stream ends, and only then are positions
 * drawn. The lock is shared, so nobody waits for it, and PostgreSQL lets it go when what was written can be seen.
 * Look and lock are one expression, which PL/pgSQL evaluates without a query, the inner call first. The lock is free
 * unless another program holds one that is not shared.
 *
 * Each of these statements sees what was committed when it began: the functions are volatile, and a session's
 * transactions are READ COMMITTED. So of two events of a stream the later one has the higher position: its writer has
 * seen the earlier one before it drew its own, or was told of it.
 */
const lowWaterLock = (schema: string, lockBase: string): string =>
  `pg_try_advisory_xact_lock_shared(${lockBase} | coalesce(pg_sequence_last_value('${schema}.event_positions'), 0))`

const takeLowWaterLock = (schema: string): string => `
  IF NOT ${lowWaterLock(schema, 'lock_base')} THEN
    RAISE EXCEPTION 'another program holds a lock of the log' USING ERRCODE = 'lock_not_available';
  END IF;`

/** The last revision of a stream, -1 for one that does not exist. */
const headOf = (schema: string, stream: string): string =>
  `coalesce((SELECT max(h.revision) FROM ${schema}.events h WHERE h.stream = ${stream}), -1)`

/** In JSON text a control character is written as an escape, or is one of tab, line feed and carriage return. */
export const jointCharacter = '\u0001'
const joint = 'chr(1)'

const columns = 'stream, revision, id, type, schema, data, metadata, recorded_at'
const now = `(date_part('epoch', clock_timestamp()) * 1000)::bigint`

/**
 * Appends one event where the caller knows that the event before it is stored, or that none is to be before it. The end
 * of the stream is not looked up: it can only be there or further on, and then the revision is taken, and the statement
 * comes to nothing. Most single appends are this statement, so it does no more than it must, and calls no function: the
 * lock is a condition of the row, whose position is drawn when the condition holds.
 */
export const insertEvent = (schema: string): string => `INSERT INTO ${schema}.events (${columns})
  SELECT $2, $3::bigint, $4::uuid, $5, $6::integer, $7, $8, ${now} WHERE ${lowWaterLock(schema, '$1::bigint')}
  RETURNING position`

/**
 * `append_event` appends one event and gives its position, or null if the stream ends elsewhere.
 *
 * `append_events` appends several batches, each to another stream, in the order of the streams' names: so groups of two
 * processes that meet wait for each other in one order. `names`, `firsts` and `starts` have an entry for each batch: the
 * stream, the first revision, and which of the events, from 1, is the first. The others have one for each event, `batches`
 * the number of its batch, from 1. It gives the numbers of the batches that were refused because their stream ends
 * elsewhere, and the positions of all events of the others. Texts come joined, by a character that no JSON text contains
 * and no name: neither side has to escape anything.
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
  SELECT stream_name, first, event_id, event_type, event_schema, event_data, event_metadata, ${now}
  WHERE ${headOf(schema, 'stream_name')} = first - 1
  RETURNING position INTO place;
  RETURN place;
END $$;

CREATE FUNCTION ${schema}.append_events(lock_base bigint, names text, firsts bigint[], starts integer[],
  batches integer[], ids uuid[], types text, schemas integer[], datas text, metadatas text,
  OUT refused integer[], OUT places bigint[])
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  recorded bigint := ${now};
  streams text[] := string_to_array(names, ${joint});
BEGIN
  ${takeLowWaterLock(schema)}
  refused := ARRAY(
    SELECT b.number FROM unnest(streams, firsts) WITH ORDINALITY AS b (name, first, number)
    WHERE ${headOf(schema, 'b.name')} <> b.first - 1
  );
  WITH written AS (
    INSERT INTO ${schema}.events (${columns})
    SELECT streams[e.batch], firsts[e.batch] + e.number - starts[e.batch], e.id, e.type, e.schema, e.data, e.metadata,
      recorded
    FROM unnest(batches, ids, string_to_array(types, ${joint}), schemas, string_to_array(datas, ${joint}),
      string_to_array(metadatas, ${joint})) WITH ORDINALITY
      AS e (batch, id, type, schema, data, metadata, number)
    WHERE e.batch <> ALL (refused)
    RETURNING position
  )
  SELECT coalesce(array_agg(position), '{}') INTO places FROM written;
END $$;
`

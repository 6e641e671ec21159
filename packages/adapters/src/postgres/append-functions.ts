/**
 * The order that readers rely on (see `mark.ts`): first the last position given out is read, and a lock is taken that
 * says "nothing of mine is at or below this". Only then is looked where the stream ends, and only then are positions
 * drawn. The lock is shared, so nobody waits for it, and PostgreSQL lets it go when what was written can be seen.
 * Look and lock are one expression, which PL/pgSQL evaluates without a query, the inner call first.
 *
 * Each of these statements sees what was committed when it began: the functions are volatile, and a session's
 * transactions are READ COMMITTED. So of two events of a stream the later one has the higher position: its writer has
 * seen the earlier one before it drew its own, or was told of it.
 */
const takeLowWaterLock = (schema: string): string => `
  IF NOT pg_try_advisory_xact_lock_shared(lock_base
    | coalesce(pg_sequence_last_value('${schema}.event_positions'::regclass), 0)) THEN
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
 * `append_event` appends one event and gives its position, or null if the stream ends elsewhere. It is the statement
 * that a single append consists of, so it does no more than it must. Where the caller knows that the event before it is
 * stored, or there is none to be before it, the end of the stream is not looked up: it can only be there or further
 * on, and then the revision is taken, and the call comes to nothing.
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
CREATE FUNCTION ${schema}.append_event(lock_base bigint, is_before_known boolean, stream_name text, first bigint, event_id uuid,
  event_type text, event_schema integer, event_data text, event_metadata text) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  place bigint;
BEGIN
  ${takeLowWaterLock(schema)}
  IF is_before_known THEN
    INSERT INTO ${schema}.events (${columns})
    VALUES (stream_name, first, event_id, event_type, event_schema, event_data, event_metadata, ${now})
    RETURNING position INTO place;
  ELSE
    INSERT INTO ${schema}.events (${columns})
    SELECT stream_name, first, event_id, event_type, event_schema, event_data, event_metadata, ${now}
    WHERE ${headOf(schema, 'stream_name')} = first - 1
    RETURNING position INTO place;
  END IF;
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

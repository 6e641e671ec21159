/**
 * PostgreSQL by hand: the driver, one table, the same columns and uniqueness, the server's standard durability; a
 * prepared INSERT for one event and `unnest` for a batch, which give the position as an append does, each committed by
 * itself, on as many connections as asked for.
 */
import pg from 'pg'

const text = { getTypeParser: () => (value) => value }

export const postgresByHand = async (url, connections) => {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url, types: text })
      await client.connect()
      return client
    }),
  )
  await clients[0].query(`CREATE TABLE IF NOT EXISTS by_hand (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, revision bigint NOT NULL,
    id uuid NOT NULL UNIQUE, type text NOT NULL, schema int NOT NULL, data text NOT NULL, metadata text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(), UNIQUE (stream, revision))`)
  const one = {
    name: 'one',
    text: 'INSERT INTO by_hand (stream, revision, id, type, schema, data, metadata) VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING position',
  }
  const many = {
    name: 'many',
    text: `INSERT INTO by_hand (stream, revision, id, type, schema, data, metadata)
      SELECT $1, $2::bigint + n - 1, id, type, schema, data, metadata
      FROM unnest($3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[]) WITH ORDINALITY AS e (id, type, schema, data, metadata, n) RETURNING position`,
  }
  const page = {
    name: 'page',
    text: 'SELECT * FROM by_hand WHERE position > $1 ORDER BY position LIMIT 10000',
  }
  let turn = 0
  return {
    append: (stream, first, events) => {
      const client = clients[turn++ % clients.length]
      const [{ id, type, schema, data, metadata }] = events
      if (events.length === 1)
        return client.query({ ...one, values: [stream, first, id, type, schema, data, metadata] })
      const column = (name) => events.map((event) => event[name])
      const values = [stream, first, ...['id', 'type', 'schema', 'data', 'metadata'].map(column)]
      return client.query({ ...many, values })
    },
    readAll: async () => {
      let count = 0
      let after = '0'
      for (;;) {
        const { rows } = await clients[0].query({ ...page, values: [after] })
        if (rows.length === 0) return count
        count += rows.length
        after = rows.at(-1).position
      }
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

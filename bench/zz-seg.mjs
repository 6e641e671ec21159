import { startPostgres } from './stores/postgres-server.mjs'
import { postgresByHand } from './stores/postgres-by-hand.mjs'
import { ours } from './stores/ours.mjs'
import { openers } from './stores/openers.mjs'
import { newEvent } from './stores/events.mjs'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
let q0 = 0, q1 = 0, q2 = 0
const orig = pg.Client.prototype.query
pg.Client.prototype.query = function (...a) { const isA = String(a[0]?.name ?? '') !== 'announce'; if (isA) q0 = performance.now(); const r = orig.apply(this, a); if (isA) { q1 = performance.now(); if (r?.then) r.then(() => { q2 = performance.now() }, () => 0) } return r }
const seg = {}
const server = await startPostgres()
const hand = await postgresByHand(server.url, 1)
const store = await ours(openers.PostgreSQL(server.url))
const c = new pg.Client({ connectionString: server.url, types: { getTypeParser: () => (v) => v }, pipeline: process.env.PIPE === '1' })
await c.connect()
if (process.env.SET === '1') await c.query("set plan_cache_mode=force_generic_plan; set enable_seqscan=off; set enable_hashjoin=off; set enable_mergejoin=off; set jit=off; set search_path=pg_catalog; set statement_timeout=3500; set lock_timeout=3000; set idle_in_transaction_session_timeout=5000")
const base = 1n << 48n
const raw = { append: async (stream, first, [e]) => { const r = await c.query({ name: 'x', text: 'select detrics_keys.append_event($1,$2,$3,$4,$5,$6,$7,$8)', rowMode: 'array', values: [base, stream, first, e.id, e.type, e.schema, e.data, e.metadata] }); if (r.rows[0][0] === null) throw 1 } }
const ways = { hand, raw, ours: store }
const streams = Object.fromEntries(Object.keys(ways).map((k) => [k, Array.from({ length: 32 }, () => ({ name: 's-' + randomUUID(), n: 0 }))]))
const res = {}
const N = 3000
for (let i = 0; i < N; i++) for (const [k, w] of Object.entries(ways)) {
  const s = streams[k][i % 32]
  const e = newEvent()
  const t = performance.now()
  await w.append(s.name, s.n++, [e])
  ;{ const end = performance.now(); (res[k] ??= []).push((end - t) * 1000); (seg[k] ??= []).push([q0 - t, q1 - q0, q2 - q1, end - q2].map((x) => x * 1000)) }
}
for (const [k, v] of Object.entries(res)) { const z = v.toSorted((a, b) => a - b); console.log(k, 'p10', Math.round(z[N * 0.1]), 'p25', Math.round(z[N / 4]), 'p50', Math.round(z[N / 2]), 'mean of lower 80%', Math.round(z.slice(0, N * 0.8).reduce((a, b) => a + b) / (N * 0.8))) }
for (const [k, v] of Object.entries(seg)) console.log(k, [0, 1, 2, 3].map((i) => Math.round(v.map((x) => x[i]).toSorted((a, b) => a - b)[N / 2])).join(' | '))
await store.close(); await hand.close(); await c.end(); await server.stop()

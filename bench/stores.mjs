/**
 * `npm run bench:stores`: the event stores beside the same drivers used by hand and beside Emmett's stores, in one run
 * and in turns. Prints rates, ratios, and the bar of each ratio; ends with 1 where one is not met.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { emmettPostgres, emmettSqlite } from './stores/emmett.mjs'
import { measureDelivery } from './stores/delivery.mjs'
import { openers } from './stores/openers.mjs'
import { ours } from './stores/ours.mjs'
import { postgresByHand } from './stores/postgres-by-hand.mjs'
import { sqliteByHand } from './stores/sqlite-by-hand.mjs'
import { appendRows, callers, measure, way } from './stores/workloads.mjs'

const rounds = 7
const [single, batches, concurrent] = Object.keys(appendRows)
const missed = []

const rate = (perSecond) => `${Math.round(perSecond).toLocaleString('en')}/s`

const line = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`)

const verdict = (what, value, bar, isMet = value >= bar) => {
  if (!isMet) missed.push(what)
  return `${value.toFixed(2)} (bar ${bar})${isMet ? '' : ' MISSED'}`
}

const table = (title) => {
  process.stdout.write(`\n${title}\n\n`)
  line(['row', 'by hand', 'ours', 'Emmett', 'ours / by hand', 'ours / Emmett'])
  line(['---', '---', '---', '---', '---', '---'])
}

/** `bars` of each row: against the driver by hand, and which of the by-hand figures that is. */
const compare = async (name, { byHand, our, emmett, byHandAtOnce }) => {
  table(name)
  const ways = { byHand, our, ...(emmett === undefined ? {} : { emmett }) }
  const rates = {}
  for (const [row, work] of Object.entries(appendRows)) {
    const all = byHandAtOnce !== undefined && row === concurrent ? { ...ways, byHand: byHandAtOnce } : ways
    rates[row] = await measure(all, work, rounds)
  }
  const reading = {
    ...(await measure({ byHand, our }, ({ store }) => store.readAll(), rounds)),
    ...(emmett === undefined
      ? {}
      : await measure({ emmett }, ({ store, streams }) => store.readStreams(streams.names), 3)),
  }
  const bars = {
    [single]: [0.8, rates[single].byHand],
    [batches]: [0.8, rates[batches].byHand],
    // SQLite has one writer, so there the by-hand rate is the one of one caller after the other.
    [concurrent]: byHandAtOnce === undefined ? [8, rates[single].byHand] : [0.7, rates[concurrent].byHand],
  }
  for (const [row, [bar, base]] of Object.entries(bars)) {
    const { byHand: hand, our: own, emmett: theirs } = rates[row]
    const emmettRatio = theirs === undefined ? '' : verdict(`${name}: ${row}, Emmett`, own / theirs, 3)
    line([
      row,
      rate(hand),
      rate(own),
      theirs === undefined ? '' : rate(theirs),
      verdict(`${name}: ${row}`, own / base, bar),
      emmettRatio,
    ])
  }
  const readRatio = verdict(`${name}: read`, reading.our / reading.byHand, 0.7)
  const theirs = reading.emmett
  line([
    'read the log',
    rate(reading.byHand),
    rate(reading.our),
    theirs === undefined ? '' : rate(theirs),
    readRatio,
    theirs === undefined ? '' : (reading.our / theirs).toFixed(2),
  ])
}

const delivery = async (name, place, store) => {
  const { p50, p99 } = await measureDelivery(name, place, store)
  const isMet = p99 <= 20
  if (!isMet) missed.push(`${name}: delivery`)
  process.stdout.write(
    `\n${name}: from the call of an append to its delivery in another process p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (bar 20)${isMet ? '' : ' MISSED'}\n`,
  )
}

const onSqlite = async (folder) => {
  const store = await ours(openers.SQLite(folder))
  const ways = { byHand: way(sqliteByHand(folder)), our: way(store), emmett: way(await emmettSqlite(folder)) }
  await compare('SQLite', ways)
  await delivery('SQLite', folder, store)
  for (const { store: each } of Object.values(ways)) await each.close()
}

const onPostgres = async (url) => {
  const store = await ours(openers.PostgreSQL(url))
  const ways = {
    byHand: way(await postgresByHand(url, 1)),
    byHandAtOnce: way(await postgresByHand(url, callers)),
    our: way(store),
    emmett: way(emmettPostgres(url)),
  }
  await compare('PostgreSQL', ways)
  await delivery('PostgreSQL', url, store)
  for (const { store: each } of Object.values(ways)) await each.close()
}

process.stdout.write(
  `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; medians of ${rounds} rounds in turns\n`,
)
const only = process.argv[2]
const folder = mkdtempSync(join(tmpdir(), 'detrics-bench-'))
try {
  if (only !== 'PostgreSQL') await onSqlite(folder)
  if (only !== 'SQLite') {
    const { startPostgres } = await import('./stores/postgres-server.mjs')
    const server = await startPostgres()
    await onPostgres(server.url).finally(server.stop)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(missed.length === 0 ? '\nevery bar is met\n' : `\nmissed: ${missed.join('; ')}\n`)
process.exit(missed.length === 0 ? 0 : 1)

/*
 * The process under record: appends to a store in the folder, and writes into the file `ledger` there what it
 * submits and what was acknowledged. It ends by a kill, as at a power loss: a close would leave no write-ahead log.
 *
 *   node writer.mjs <folder> production|FULL|NORMAL|OFF
 *
 * It runs what was built, since a process of its own does not go through the transformation of the tests.
 */
import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { at, noStream, revision } from '../../packages/domain/dist/index.js'
import {
  openSqliteEventStore,
  openSqliteEventStoreWith,
} from '../../packages/adapters/dist/sqlite/event-store.js'

const [folder, settings] = process.argv.slice(2)
const ledger = openSync(join(folder, 'ledger'), 'a')
const note = (entry) => writeSync(ledger, `${JSON.stringify(entry)}\n`)

const orThrow = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const file = join(folder, 'log')
const opening =
  settings === 'production'
    ? openSqliteEventStore({ file })
    : // A checkpoint after a few appends, so that a short run has many; with the default it has only that of the close.
      openSqliteEventStoreWith(file, { synchronous: settings, walAutocheckpoint: 64 })
const open = async () => orThrow(await opening())

const streams = Array.from({ length: 20 }, (_, index) => ({ name: `keyRing-workspace-${index}`, next: 0 }))
let batches = 0
let events = 0

/** Now and then an event is longer than a page of SQLite, so that it lies in pages of its own. */
const newEvent = () => {
  const length = ++events % 23 === 0 ? 1_000 : (events * 13) % 40
  const data = JSON.stringify({ number: events, text: 'Zürich €'.repeat(length) })
  return { id: randomUUID(), type: 'KeyRenamed', schema: 1, data, metadata: `{"number":${events}}` }
}

const append = async (store, size) => {
  const batch = batches++
  const stream = streams[batch % streams.length]
  const first = stream.next
  stream.next += size
  const submitted = Array.from({ length: size }, newEvent)
  note({ _tag: 'Submitted', batch, stream: stream.name, first, events: submitted })
  const expected = first === 0 ? noStream : at(revision(first - 1))
  const { position } = orThrow(await store.append(stream.name, expected, submitted)())
  note({ _tag: 'Acknowledged', batch, position })
}

const callers = 12

/** Many callers at once, each of which asks for the next append when its last is answered: commits are of groups. */
const appendTogether = (store, rounds) =>
  Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let round = 0; round < rounds; round++)
        await append(store, 1 + ((caller + round) % 7 === 0 ? 2 : 0))
    }),
  )

const appendSome = async (store) => {
  await appendTogether(store, 9)
  for (let single = 0; single < 25; single++) await append(store, 1 + (single % 4 === 0 ? 2 : 0))
  // More at once than there are streams, so that some of a group go to the same one.
  for (let turn = 0; turn < 2; turn++)
    await Promise.all(Array.from({ length: 24 }, (_, index) => append(store, 1 + (index % 2))))
  await appendTogether(store, 9)
}

const before = await open()
await appendSome(before)
await before.close()
// Opened again: the old write-ahead log is removed at the close and a new one of the same name is made.
const store = await open()
await appendSome(store)
process.kill(process.pid, 'SIGKILL')

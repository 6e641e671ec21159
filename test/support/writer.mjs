/**
 * A process that makes and revokes keys as fast as it can and tells each acknowledgement on its standard output, which
 * its parent keeps as the ledger. With HALT_AFTER=n it stops for good between the n-th commit and its reply, says so,
 * and waits to be killed there.
 */
import { writeSync } from 'node:fs'
import { openKeys, reveal } from '../../packages/keys/dist/index.js'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '../../packages/adapters/dist/sqlite/index.js'

const tell = (line) => writeSync(1, `${JSON.stringify(line)}\n`)
const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const file = process.env.FILE
const haltAfter = Number(process.env.HALT_AFTER ?? '0')
let commits = 0

/** Halts between the commit and the reply; only events of a key ring count, since these are what is acknowledged. */
const halting = (store) => ({
  ...store,
  append: (stream, expected, events) => async () => {
    const result = await store.append(stream, expected, events)()
    if (!stream.startsWith('keyRing-')) return result
    commits += 1
    if (commits !== haltAfter) return result
    const { keyId } = JSON.parse(events[0].data)
    tell({ halted: true, type: events[0].type, keyId })
    return new Promise(() => setInterval(() => undefined, 60_000))
  },
})

const events = halting(rightOf(await openSqliteEventStore({ file })()))
const trail = rightOf(await openSqliteAuditTrailStore({ file: `${file}.activity` })())
const keys = rightOf(await openKeys({ store: { events, trail }, activeKeysMax: 100_000 })())
const actor = { type: 'system', reason: 'test' }
const workspaceId = process.env.WORKSPACE

for (let n = 0; ; n += 1) {
  const made = rightOf(await keys.create({ workspaceId, name: `${process.pid} ${n}`, actor })())
  const secret = reveal(made.secret.value)
  const { keyId } = made.key
  tell({ created: keyId, secret })
  await keys.verify(secret, { action: 'work' })()
  if (n % 2 === 0) {
    rightOf(await keys.revoke({ workspaceId, keyId, actor })())
    tell({ revoked: keyId })
  }
}

/**
 * The control of the revocation test: the MCP server as it is, but on a log of which it sees only what is older than
 * 50 ms, as with a cache that is refreshed in the background.
 */
import { openKeys, readSettings } from '../../packages/keys/dist/index.js'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '../../packages/adapters/dist/sqlite/index.js'
import { composeMcpApp } from '../../apps/mcp/dist/composition.js'
import { listen } from '../../apps/mcp/dist/node-server.js'

const lagMs = 50

const lagging = (store) => ({
  ...store,
  readAll: (after, limit) => async () => {
    const page = await store.readAll(after, limit)()
    if (page._tag === 'Left') return page
    const young = page.right.events.findIndex(({ recordedAt }) => recordedAt > Date.now() - lagMs)
    if (young < 0) return page
    const events = page.right.events.slice(0, young)
    const last = events.at(-1)
    const settled = last === undefined ? after : { _tag: 'Some', value: last.position }
    return { _tag: 'Right', right: { events, settled, complete: true } }
  },
})

const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const { dataFolder } = rightOf(readSettings(process.env))
const events = rightOf(await openSqliteEventStore({ file: `${dataFolder}/keys.sqlite` })())
const trail = rightOf(await openSqliteAuditTrailStore({ file: `${dataFolder}/keys.sqlite.activity` })())
const keys = rightOf(await openKeys({ store: { events: lagging(events), trail } })())
const server = await listen(0, (port) => composeMcpApp(keys, port))
process.on('SIGTERM', () => void server.stop().then(() => keys.close()))
process.stdout.write(
  `${JSON.stringify({ event: 'listening', app: 'mcp', url: `http://127.0.0.1:${server.port}/mcp` })}\n`,
)

/**
 * Follows the log of a file in a process of its own, and tells its parent when each event came, on the clock that all
 * processes of a machine share; asked for `cpu`, what it has used of it, in milliseconds.
 *
 *   fork('sqlite-follower.mjs', [file, poll in milliseconds, or 'default'])
 */
import { openSqliteEventStoreWith } from '../../packages/adapters/dist/sqlite/event-store.js'

const [file, poll] = process.argv.slice(2)
const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}
const store = rightOf(
  await openSqliteEventStoreWith(file, poll === 'default' ? {} : { pollMs: Number(poll) })(),
)
const { messages } = rightOf(await store.subscribe({ _tag: 'None' })())
process.on('disconnect', () => process.exit(0))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpuMs: (user + system) / 1_000 })
})
for await (const message of messages) {
  const at = performance.timeOrigin + performance.now()
  if (message._tag === 'Events') process.send({ at, ids: message.events.map(({ id }) => id) })
  else if (message._tag === 'CaughtUp') process.send({ isReady: true })
}

/**
 * Follows a log from its beginning in a process of its own and hands every event that it is given to its parent, as
 * `[position, stream, revision]`. `node log-follower.mjs <adapter> <JSON of its settings>`, as a forked child.
 */
const [adapter, settings] = process.argv.slice(2)
const openers = {
  postgres: async () =>
    (await import('../../packages/adapters/dist/postgres/index.js')).openPostgresEventStore,
  sqlite: async () => (await import('../../packages/adapters/dist/sqlite/index.js')).openSqliteEventStore,
}
const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}
process.on('disconnect', () => process.exit(0))
// The parent has gone, and nobody asks any more.
process.on('error', () => process.exit(1))
const store = rightOf(await (await openers[adapter]())(JSON.parse(settings))())
const { messages } = rightOf(await store.subscribe({ _tag: 'None' })())
for await (const message of messages) {
  if (message._tag === 'Dropped') throw new Error(`dropped: ${JSON.stringify(message.reason)}`)
  if (message._tag === 'CaughtUp') process.send({ caughtUp: true })
  else
    process.send({
      events: message.events.map(({ position, stream, revision }) => [position, stream, String(revision)]),
    })
}

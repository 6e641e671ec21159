/** Follows the log in a process of its own and tells when each event came, on the clock that all processes share. */
import { openers } from './openers.mjs'

const [kind, place] = process.argv.slice(2)
const opened = await openers[kind](place)()
if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left))
const subscribed = await opened.right.subscribe({ _tag: 'None' })()
if (subscribed._tag === 'Left') throw new Error(JSON.stringify(subscribed.left))
process.on('disconnect', () => process.exit(0))
let isReady = false
for await (const message of subscribed.right.messages) {
  const at = performance.timeOrigin + performance.now()
  if (message._tag === 'Events') process.send({ at, ids: message.events.map(({ id }) => id) })
  else if (!isReady) {
    isReady = true
    process.send({ ready: true })
  }
}

/**
 * A process that uses a store once: `node visit.mjs <url> <close|leave>`. It appends, reads and subscribes, says that it
 * is done, and then has nothing more to do; it closes the store before, or leaves it.
 */
import { randomUUID } from 'node:crypto'
import { openEventStoreDbEventStore } from '../../../packages/adapters/dist/eventstoredb/index.js'

const [url, manner] = process.argv.slice(2)
const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const store = rightOf(await openEventStoreDbEventStore({ url })())
const event = { id: randomUUID(), type: 'Happened', schema: 1, data: '{}', metadata: '{}' }
rightOf(await store.append(`visit-${process.pid}`, { _tag: 'NoStream' }, [event])())
rightOf(await store.readAll({ _tag: 'None' }, 10)())
const { messages } = rightOf(await store.subscribe({ _tag: 'None' })())
const iterator = messages[Symbol.asyncIterator]()
await iterator.next()
await iterator.next()
void iterator.next()
await new Promise((resolve) => setTimeout(resolve, 50))
if (manner === 'close') await store.close()
process.stdout.write('done\n')

/**
 * A process of many callers that append to one log, each to a stream of its own and as fast as it can, so that their
 * appends are committed in groups. What each caller appends follows from RUN and its number alone (`sqlite-batches.mjs`),
 * so nothing but acknowledgements is told on the standard output: `<caller> <batch> <position>`.
 *
 *   node sqlite-writer.mjs <file> <run> <kill after> <how>
 *
 * With a number in `kill after` it kills itself when that many appends are committed, before the last is told.
 * `how` is `as-it-should`, or `before-the-commit` for the control, which tells an append before it is answered.
 */
import { writeSync } from 'node:fs'
import { at, noStream, revision } from '../../packages/domain/dist/index.js'
import { openSqliteEventStore } from '../../packages/adapters/dist/sqlite/index.js'
import { batchOf, callers, streamOf } from './sqlite-batches.mjs'

const [file, run, killAfter, how] = process.argv.slice(2)
const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}
const tell = (caller, batch, position) => writeSync(1, `${caller} ${batch} ${position}\n`)

const store = rightOf(await openSqliteEventStore({ file })())
let committed = 0

const call = async (caller) => {
  const stream = streamOf(run, caller)
  let next = 0
  for (let batch = 0; ; batch += 1) {
    const events = batchOf(run, caller, batch)
    const expected = next === 0 ? noStream : at(revision(next - 1))
    const append = store.append(stream, expected, events)()
    if (how === 'before-the-commit') tell(caller, batch, '')
    const { position } = rightOf(await append)
    committed += 1
    if (committed === Number(killAfter)) process.kill(process.pid, 'SIGKILL')
    if (how === 'as-it-should') tell(caller, batch, position)
    next += events.length
  }
}

await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))

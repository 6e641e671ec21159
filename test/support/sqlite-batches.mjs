import { createHash } from 'node:crypto'

export const callers = 32

export const streamOf = (run, caller) => `run-${run}.${caller}`

/** An id that follows from its place, in the form of a UUID of version 8. */
const idOf = (place) => {
  const hex = createHash('sha256').update(place).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The events of a batch: one to three, now and then longer than a page of SQLite. The same whenever they are asked for. */
export const batchOf = (run, caller, batch) =>
  Array.from({ length: 1 + ((caller + batch) % 3) }, (_, index) => {
    const place = `${run}/${caller}/${batch}/${index}`
    const text = 'Zürich €'.repeat((caller * 7 + batch) % 29 === 0 ? 700 : 12)
    const data = JSON.stringify({ place, text })
    return { id: idOf(place), type: 'Happened', schema: 1, data, metadata: '{"actor":"test"}' }
  })

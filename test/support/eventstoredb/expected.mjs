/**
 * Whether an append may be written, is stored already, or is refused. With a stated revision the stored ids decide,
 * for ever; with ANY and STREAM_EXISTS only a cache does, which is in memory and bounded: it forgets at a restart.
 * Content is never compared.
 */
import { stateOf } from './stream-state.mjs'

/**
 * @typedef {'any' | 'stream_exists' | 'no_stream' | bigint} Expected
 * @typedef {{ kind: 'write', head: bigint, isSoftDeleted: boolean }
 *   | { kind: 'stored', last: import('./log.mjs').LogRecord }
 *   | { kind: 'wrong', actual: bigint } | { kind: 'deleted' }} Decision
 */

const cachedIdsMax = 100_000

/** The ids of the latest writes, with where each one went. */
export const createIdCache = () => {
  const byId = new Map()
  return {
    get: (id) => byId.get(id),
    add: (records) => {
      for (const record of records) {
        byId.delete(record.id)
        byId.set(record.id, record)
      }
      for (const id of byId.keys()) {
        if (byId.size <= cachedIdsMax) return
        byId.delete(id)
      }
    },
  }
}

/** @returns {Decision} */
export const decide = ({ log, idCache }, stream, expected, ids) => {
  const state = stateOf(log, stream)
  const { head, isTombstoned, isSoftDeleted } = state
  if (isTombstoned) return { kind: 'deleted' }
  const write = { kind: 'write', head, isSoftDeleted }
  const wrong = { kind: 'wrong', actual: head }
  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists' && isSoftDeleted) return { kind: 'deleted' }
    if (expected === 'stream_exists' && head < 0n) return wrong
    return decideByCache(idCache, stream, ids, { write, wrong })
  }
  const revision = expected === 'no_stream' ? -1n : expected
  if (revision === head) return write
  if (revision > head) return wrong
  return decideByStored(log, stream, { revision, ids }, { write, wrong, isSoftDeleted, expected })
}

const decideByCache = (idCache, stream, ids, { write, wrong }) => {
  let last
  for (const id of ids) {
    const known = idCache.get(id)
    if (known?.stream !== stream) return last === undefined ? write : wrong
    last = known
  }
  return last === undefined ? write : { kind: 'stored', last }
}

const decideByStored = (log, stream, { revision, ids }, { write, wrong, isSoftDeleted, expected }) => {
  const stored = new Map(log.recordsOf(stream).map((record) => [record.revision, record]))
  let last
  for (const [index, id] of ids.entries()) {
    const record = stored.get(revision + 1n + BigInt(index))
    if (record?.id !== id)
      return last === undefined && isSoftDeleted && expected === 'no_stream' ? write : wrong
    last = record
  }
  return last === undefined ? wrong : { kind: 'stored', last }
}

/** What a stream is at this moment: its head, and what its metadata hides of it. */
import { revisionMax, tombstoneType } from './log.mjs'

export const metastreamOf = (stream) => `$$${stream}`
const isMetastream = (stream) => stream.startsWith('$$')

/**
 * @typedef {object} StreamState
 * @property {bigint} head the last revision, -1 for a stream that never was
 * @property {boolean} isTombstoned
 * @property {boolean} isSoftDeleted
 * @property {() => readonly import('./log.mjs').LogRecord[]} visible what a read of the stream may see
 */

/** @returns {StreamState} */
export const stateOf = (log, stream) => {
  // A stream's metadata is gone together with the stream.
  if (isMetastream(stream) && isTombstoned(log, stream.slice(2)))
    return { head: revisionMax, isTombstoned: true, isSoftDeleted: false, visible: () => [] }
  const head = log.lastOf(stream)?.revision ?? -1n
  if (isTombstoned(log, stream)) return { head, isTombstoned: true, isSoftDeleted: false, visible: () => [] }
  const { truncateBefore, maxCount, maxAgeSeconds } = truncationOf(log, stream)
  const isSoftDeleted = truncateBefore === revisionMax
  const first = maxOf(truncateBefore, maxCount === undefined ? 0n : head - BigInt(maxCount) + 1n)
  const since = maxAgeSeconds === undefined ? 0 : Date.now() - maxAgeSeconds * 1_000
  const isVisible = ({ revision, createdMs }) => revision >= first && createdMs >= since
  const visible = () => log.recordsOf(stream).filter(isVisible)
  return { head, isTombstoned: false, isSoftDeleted, visible }
}

const isTombstoned = (log, stream) => log.lastOf(stream)?.type === tombstoneType

/** Read from the text: a truncation mark of 2^63 - 1 does not survive `JSON.parse`. */
const truncationOf = (log, stream) => {
  if (isMetastream(stream)) return { truncateBefore: 0n, maxCount: 1, maxAgeSeconds: undefined }
  const text = log.lastOf(metastreamOf(stream))?.data.toString('utf8') ?? '{}'
  const numberOf = (name) => new RegExp(`"\\${name}"\\s*:\\s*(\\d+)`).exec(text)?.[1]
  const [maxCount, maxAge] = ['$maxCount', '$maxAge'].map(numberOf)
  return {
    truncateBefore: BigInt(numberOf('$tb') ?? 0),
    maxCount: maxCount === undefined ? undefined : Number(maxCount),
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
  }
}

const maxOf = (a, b) => (a > b ? a : b)

/** What a read selects. What goes wrong is a value here; `answers.mjs` puts it into the protocol's words. */
import { stateOf } from './stream-state.mjs'

/**
 * @typedef {{ kind: 'records', records: readonly import('./log.mjs').LogRecord[] } | { kind: 'not-found' }
 *   | { kind: 'deleted' } | { kind: 'impossible', result: string } | { kind: 'invalid-position' }} Selection
 */

/** Inclusive both ways; beyond the end there is nothing forwards and everything backwards. */
export const readStream = (log, { stream, from, isBackwards, count }) => {
  const state = stateOf(log, stream)
  if (state.isTombstoned) return { kind: 'deleted' }
  if (state.head < 0n || state.isSoftDeleted) return { kind: 'not-found' }
  if (from === 'end' && !isBackwards) return { kind: 'impossible', result: 'ReadStreamResult' }
  const visible = state.visible()
  const start = from === 'start' ? 0n : from
  if (!isBackwards)
    return records(start === 0n ? visible : visible.filter(({ revision }) => revision >= start), count)
  const upTo = start === 'end' ? visible : visible.filter(({ revision }) => revision <= start)
  return records(upTo.slice(-count).reverse(), count)
}

/**
 * Everything that was ever written, hidden or not. A position includes the record at it forwards and leaves it out
 * backwards; one that is no record's beginning cannot be read from, and beyond the end there is nothing.
 */
export const readAll = (log, { from, isBackwards, count, visibleCount }) => {
  const end = Math.min(visibleCount ?? Infinity, log.records.length)
  const all = log.records
  if (from === 'start') return records(isBackwards ? [] : all.slice(0, Math.min(count, end)), count)
  const index = from === 'end' || from >= log.end() ? end : log.indexAt(from)
  if (index === undefined) return { kind: 'invalid-position' }
  return records(
    isBackwards
      ? all.slice(Math.max(0, Math.min(index, end) - count), Math.min(index, end)).reverse()
      : all.slice(index, Math.min(index + count, end)),
    count,
  )
}

/** `slice(-0)` is everything. */
const records = (selected, count) => ({
  kind: 'records',
  records: count === 0 ? [] : selected.slice(0, count),
})

const linkType = '$>'

/** What a record stands for: itself, or for a link its target, which may be gone. */
export const resolve = (log, record, resolvesLinks) => {
  if (!resolvesLinks || record.type !== linkType) return { event: record }
  const [, revision, stream] = /^(\d+)@(.*)$/s.exec(record.data.toString('utf8')) ?? []
  if (stream === undefined) return { link: record }
  const target = stateOf(log, stream)
    .visible()
    .find((candidate) => candidate.revision === BigInt(revision))
  return { event: target, link: record }
}

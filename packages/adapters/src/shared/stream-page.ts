import type { RecordedEvent, StreamQuery } from '@detrics/keys-domain'

/** The page of a stream whose events are all at hand; revisions are indices then, since the first event is number 0. */
export const streamPageOf = (
  events: ReadonlyArray<RecordedEvent>,
  { direction, from, limit }: StreamQuery,
): ReadonlyArray<RecordedEvent> => {
  const last = events.length - 1
  const start = from === 'start' ? 0 : from === 'end' ? Math.max(last, 0) : Number(from)
  if (direction === 'forwards') return events.slice(start, start + limit)
  const end = Math.min(start, last) + 1
  return events.slice(Math.max(0, end - limit), end).reverse()
}

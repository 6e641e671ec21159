/** Appends, soft deletes and tombstones. What goes wrong is a value here; `answers.mjs` puts it into the protocol's words. */
import { randomUUID } from 'node:crypto'
import { decide } from './expected.mjs'
import { revisionMax, tombstoneType } from './log.mjs'
import { metastreamOf, stateOf } from './stream-state.mjs'

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @param {{ log, idCache, age, appendBytesMax: number, eventBytesMax: number }} context */
export const append = (context, { stream, expected, events }) => {
  const { log, idCache } = context
  const ids = events.map(({ id }) => id.toLowerCase())
  // The server throws where it should refuse.
  if (!ids.every((id) => uuidPattern.test(id)) || events.some(({ type }) => type === ''))
    return { kind: 'exception' }
  const tooLarge = refuseSize(context, events)
  if (tooLarge !== undefined) return tooLarge
  const decision = decide(context, stream, expected, ids)
  if (decision.kind === 'stored')
    return { kind: 'success', revision: decision.last.revision, position: decision.last.position }
  if (decision.kind !== 'write') return decision
  const { head, isSoftDeleted } = decision
  if (events.length === 0)
    return { kind: 'success', revision: head < 0n ? undefined : head, position: log.end() }
  const createdMs = Date.now()
  const revisionAt = (index) => head + 1n + BigInt(index)
  const added = events.map((event, index) => ({
    ...event,
    stream,
    id: ids[index],
    revision: revisionAt(index),
    createdMs,
  }))
  // A stream that comes back goes on counting, and hides what was before.
  const undelete = isSoftDeleted ? [truncation(log, stream, head + 1n)] : []
  const written = log.write([...undelete, ...added])
  idCache.add(written)
  const { revision, position } = written.at(-1)
  return { kind: 'success', revision, position, isWritten: true }
}

const sizeOf = ({ data, metadata, type }) => data.length + metadata.length + 2 * type.length

const refuseSize = ({ appendBytesMax, eventBytesMax }, events) => {
  const large = events.find((event) => sizeOf(event) > eventBytesMax)
  if (large !== undefined)
    return { kind: 'event-too-large', id: large.id, bytes: sizeOf(large), bytesMax: eventBytesMax }
  const bytes = events.reduce((sum, event) => sum + sizeOf(event), 0)
  return bytes > appendBytesMax ? { kind: 'too-large', bytesMax: appendBytesMax } : undefined
}

/** Deletes softly: one more event of metadata, which replaces all that was set before. */
export const deleteStream = (context, { stream, expected }) => {
  const refused = refuseDelete(context, stream, expected)
  if (refused !== undefined) return refused
  const [{ position }] = context.log.write([truncation(context.log, stream, revisionMax)])
  return { kind: 'deleted-at', position }
}

export const tombstone = (context, { stream, expected }) => {
  const refused = refuseDelete(context, stream, expected)
  if (refused !== undefined) return refused
  const event = systemEvent(stream, tombstoneType, '')
  const [{ position }] = context.log.write([{ ...event, revision: revisionMax }])
  return { kind: 'deleted-at', position }
}

const refuseDelete = ({ log, age }, stream, expected) => {
  const { head, isTombstoned } = stateOf(log, stream)
  if (isTombstoned) return { kind: 'deleted' }
  const wrong = { kind: 'wrong', actual: head }
  if (head < 0n) {
    if (age.refusesToDeleteMissing || expected === 'stream_exists') return wrong
    return expected === 'any' || expected === 'no_stream' ? undefined : wrong
  }
  return expected === 'any' || expected === 'stream_exists' || expected === head ? undefined : wrong
}

const truncation = (log, stream, truncateBefore) => {
  const metastream = metastreamOf(stream)
  const revision = (log.lastOf(metastream)?.revision ?? -1n) + 1n
  return { ...systemEvent(metastream, '$metadata', `{"$tb":${truncateBefore}}`), revision }
}

const systemEvent = (stream, type, data) => ({
  stream,
  type,
  id: randomUUID(),
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
  createdMs: Date.now(),
})

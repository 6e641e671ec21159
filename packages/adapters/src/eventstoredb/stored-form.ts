import * as E from 'fp-ts/lib/Either.js'
import { EventId, StreamId, revision } from '@detrics/keys-domain'
import type { NewEvent, RecordedEvent } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'
import type { OutgoingEvent, ServerEvent } from './client.js'

/*
 * THE STORAGE FORMAT of events in EventStoreDB. Id and type are the server's own; the data is a JSON event where that
 * keeps the very text, so that people can read it in the server's page, and the bytes of the text elsewhere. The
 * server's metadata is an object of ours: the event's schema number, its metadata, and the attempt that wrote it.
 */

interface StoredMetadata {
  readonly schema: number
  /** Tells the append that wrote the event from every other one with the same ids: the server does not. */
  readonly attempt: string
  /** The metadata itself where that keeps its text; otherwise `metadataText` has it. */
  readonly metadata?: unknown
  readonly metadataText?: string
}

export interface EncodedEvent {
  readonly outgoing: OutgoingEvent
  /** What the server counts of it towards the size of an append. */
  readonly bytes: number
}

export const encodeEvent = (
  { id, type, schema, data, metadata }: NewEvent,
  attempt: string,
): EncodedEvent => {
  const value = valueOf(metadata)
  const stored: StoredMetadata =
    value === undefined
      ? { schema, attempt, metadataText: metadata }
      : { schema, attempt, metadata: value.json }
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(JSON.stringify(stored)) + 2 * type.length
  const content = valueOf(data) ?? { bytes: Buffer.from(data) }
  return { outgoing: { id, type, content, metadata: { ...stored } }, bytes }
}

/** The value of a JSON text if writing it gives the text again, which is what the client does with it. */
const valueOf = (text: string): { readonly json: unknown } | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    return JSON.stringify(json) === text ? { json } : undefined
  } catch {
    // Too deeply nested to be written again.
    return undefined
  }
}

/** The name of a stream in the server. */
export const nameOf = (prefix: string, stream: StreamId): string => `${prefix}-${stream}`

/** Whether a stream of the server belongs to the log. Prefixes have no dash, so no two logs have a stream in common. */
export const isOurs = (prefix: string, { stream }: ServerEvent): boolean => stream.startsWith(`${prefix}-`)

/** The append that wrote an event; undefined for an event that is none of ours. */
export const attemptOf = ({ metadata }: ServerEvent): string | undefined =>
  isStoredMetadata(metadata) ? metadata.attempt : undefined

/** Reads an event of ours, or says what is wrong with it: a log that something was removed from, or put into. */
export const decodeEvent = (prefix: string, event: ServerEvent): E.Either<string, RecordedEvent> => {
  const { id, type, metadata, place, createdMs } = event
  const stream = event.stream.slice(prefix.length + 1)
  const where = `${event.stream} at ${event.revision}`
  if (type === tombstoneType) return E.left(`the stream ${event.stream} was deleted: the log is damaged`)
  if (!EventId.is(id) || !StreamId.is(stream) || !isStoredMetadata(metadata))
    return E.left(`${where} was not written by this program: the log is damaged`)
  if (place === undefined) return E.left('the server is older than 22.6: it tells no positions')
  return E.right({
    id,
    type,
    schema: metadata.schema,
    data: textOf(event),
    metadata: metadata.metadataText ?? JSON.stringify(metadata.metadata),
    stream,
    revision: revision(event.revision),
    position: positionOf(place, id),
    recordedAt: createdMs,
  })
}

const tombstoneType = '$streamDeleted'

const textOf = ({ isJson, data }: ServerEvent): string =>
  !isJson && ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
    : JSON.stringify(data)

const isStoredMetadata = (value: unknown): value is StoredMetadata => {
  if (typeof value !== 'object' || value === null) return false
  const of = (name: string): unknown => Reflect.get(value, name)
  return (
    typeof of('schema') === 'number' &&
    typeof of('attempt') === 'string' &&
    (typeof of('metadataText') === 'string' || Object.hasOwn(value, 'metadata'))
  )
}

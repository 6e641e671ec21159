import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EventId, NewEvent, RecordedEvent, StreamId } from '../event-store/event.js'
import { decodeJson, type Mismatch } from '../values/json.js'
import { WorkspaceId } from '../values/workspace-id.js'
import { keyRingEventForms, type KeyRingEvent } from './events.js'
import { Metadata } from './metadata.js'
import type { RingEntry } from './state.js'

const streamPrefix = 'keyRing-'

/** The stream of a workspace's key ring. */
export const keyRingStream = (workspaceId: WorkspaceId): StreamId =>
  `${streamPrefix}${workspaceId}` as StreamId

/** Whose key ring a stream is; undefined for every other stream. */
export const workspaceOfKeyRing = (stream: StreamId): WorkspaceId | undefined => {
  const id = stream.startsWith(streamPrefix) ? stream.slice(streamPrefix.length) : ''
  return WorkspaceId.is(id) ? id : undefined
}

/** An event of the log that this version cannot read: of a newer schema, or damaged. Never skipped in silence. */
export interface Unreadable {
  readonly _tag: 'Unreadable'
  readonly event: Pick<RecordedEvent, 'stream' | 'revision' | 'type' | 'schema'>
  readonly mismatches: ReadonlyArray<Mismatch>
}

export const unreadable = (
  { stream, revision, type, schema }: RecordedEvent,
  mismatches: ReadonlyArray<Mismatch>,
): Unreadable => ({ _tag: 'Unreadable', event: { stream, revision, type, schema }, mismatches })

/** The stored form of an event. The caller keeps the result and retries with it, byte for byte. */
export const encodeKeyRingEvent = (id: EventId, event: KeyRingEvent, metadata: Metadata): NewEvent => ({
  id,
  type: event.type,
  schema: keyRingEventForms[event.type].schema,
  data: JSON.stringify(encodeData(event)),
  metadata: JSON.stringify(Metadata.encode(metadata)),
})

const encodeData = (event: KeyRingEvent): unknown => {
  switch (event.type) {
    case 'KeyCreated':
      return keyRingEventForms.KeyCreated.data.encode(event)
    case 'KeyRenamed':
      return keyRingEventForms.KeyRenamed.data.encode(event)
    case 'KeyRevoked':
      return keyRingEventForms.KeyRevoked.data.encode(event)
  }
}

/** Reads an event of a key ring's stream. */
export const decodeKeyRingEvent = (recorded: RecordedEvent): E.Either<Unreadable, RingEntry> =>
  pipe(
    decodeData(recorded),
    E.bindTo('event'),
    E.bind('metadata', () => decodeJson(Metadata, recorded.metadata)),
    E.bimap(
      (mismatches) => unreadable(recorded, mismatches),
      ({ event, metadata }) => ({ event, metadata, revision: recorded.revision }),
    ),
  )

const decodeData = ({
  type,
  schema,
  data,
}: RecordedEvent): E.Either<ReadonlyArray<Mismatch>, KeyRingEvent> => {
  if (schema !== 1) return E.left([{ pointer: '', expected: 'schema 1' }])
  switch (type) {
    case 'KeyCreated':
      return pipe(
        decodeJson(keyRingEventForms.KeyCreated.data, data),
        E.map((d) => ({ type, ...d })),
      )
    case 'KeyRenamed':
      return pipe(
        decodeJson(keyRingEventForms.KeyRenamed.data, data),
        E.map((d) => ({ type, ...d })),
      )
    case 'KeyRevoked':
      return pipe(
        decodeJson(keyRingEventForms.KeyRevoked.data, data),
        E.map((d) => ({ type, ...d })),
      )
    default:
      return E.left([{ pointer: '', expected: 'KeyCreated, KeyRenamed or KeyRevoked' }])
  }
}

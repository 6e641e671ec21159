import { revision } from '@detrics/keys-domain'
import type { EventId, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'
import type { Row } from './session.js'

/** The columns of an event as `e` and of its stream as `s`, in the order in which `eventFrom` reads them. */
export const eventColumns =
  'e.position, e.revision, e.id, e.type, e.schema, e.data, e.metadata, e.recorded_at'

/** Numbers are exact: positions have 48 bits, revisions fewer. */
export const eventFrom = (row: Row, stream: StreamId): RecordedEvent => {
  const [place, at, id, type, schema, data, metadata, recordedAt] = row as ReadonlyArray<string>
  return {
    id: id as EventId,
    type: type as string,
    schema: Number(schema),
    data: data as string,
    metadata: metadata as string,
    stream,
    revision: revision(Number(at)),
    position: positionOf(Number(place), id as EventId),
    recordedAt: Number(recordedAt),
  }
}

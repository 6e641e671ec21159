import { revision } from '@detrics/keys-domain'
import type { EventId, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { positionOf } from '../shared/position.js'
import type { Row } from './session.js'

/** The columns of an event, in the order in which `eventFrom` reads them. */
export const eventColumns = 'position, stream, revision, id, type, schema, data, metadata, recorded_at'
export const idColumn = 3

/** Numbers are exact: positions have 48 bits, revisions fewer. */
export const eventFrom = (row: Row): RecordedEvent => {
  const [place, stream, at, id, type, schema, data, metadata, recordedAt] = row as ReadonlyArray<string>
  return {
    id: id as EventId,
    type: type as string,
    schema: Number(schema),
    data: data as string,
    metadata: metadata as string,
    stream: stream as StreamId,
    revision: revision(Number(at)),
    position: positionOf(Number(place), id as EventId),
    recordedAt: Number(recordedAt),
  }
}

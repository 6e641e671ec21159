/*
 * THE STORAGE FORMAT of a log's first event; see the warning in key-ring/events.ts, which holds here too.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeJson } from '../values/json.js'
import type { EventId, NewEvent, RecordedEvent, StreamId } from './event.js'

const LogOpenedData = t.readonly(t.strict({ logId: t.string, leaseMs: t.number }), 'LogOpened')

/** The first event of every log: which log it is, and the length of the lease that all its processes keep to. */
export type LogOpened = t.TypeOf<typeof LogOpenedData>

/** The stream of `LogOpened`, which holds this one event. */
export const logStream = 'log' as StreamId

export const encodeLogOpened = (id: EventId, opened: LogOpened): NewEvent => ({
  id,
  type: 'LogOpened',
  schema: 1,
  data: JSON.stringify(LogOpenedData.encode(opened)),
  metadata: '{}',
})

/** Reads a log's first event; left where this is none. */
export const decodeLogOpened = ({ type, schema, data }: RecordedEvent): E.Either<string, LogOpened> =>
  type === 'LogOpened' && schema === 1
    ? E.mapLeft(() => 'The first event of the log is damaged.')(decodeJson(LogOpenedData, data))
    : E.left('The first event of the log is not LogOpened: this is no log of Detrics Keys.')

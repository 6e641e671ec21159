/*
 * THE STORAGE FORMAT of uses; see the warning in key-ring/events.ts, which holds here too.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { EventId, NewEvent, RecordedEvent, StreamId } from '../event-store/event.js'
import { unreadable, type Unreadable } from '../key-ring/codec.js'
import { InstantFromIso } from '../values/instant.js'
import { decodeJson } from '../values/json.js'
import { KeyId } from '../values/key-id.js'
import { WorkspaceId } from '../values/workspace-id.js'

const UseOutcomeStored = t.keyof(
  { accepted: null, revoked: null, expired: null, 'wrong-secret': null },
  'Outcome',
)

const UsesRecordedData = t.readonly(
  t.intersection([
    t.strict({
      keyId: KeyId,
      action: t.string,
      outcome: UseOutcomeStored,
      count: t.number,
      firstAt: InstantFromIso,
      lastAt: InstantFromIso,
    }),
    t.exact(t.partial({ client: t.string, address: t.string })),
  ]),
  'UsesRecorded',
)

/** Equal uses of a key: same action, client, address and outcome. */
export type UsesRecorded = t.TypeOf<typeof UsesRecordedData>

const streamPrefix = 'activity-'

/** The stream in which one writer, a run of one process, records the uses of one workspace's keys. */
export const activityStream = (workspaceId: WorkspaceId, writerId: string): StreamId =>
  `${streamPrefix}${workspaceId}.${writerId}` as StreamId

/** Whose activity a stream is; undefined for every other stream. */
export const workspaceOfActivity = (stream: StreamId): WorkspaceId | undefined => {
  const dot = stream.indexOf('.')
  const id = stream.startsWith(streamPrefix) && dot > 0 ? stream.slice(streamPrefix.length, dot) : ''
  return WorkspaceId.is(id) ? id : undefined
}

/** The stored form of uses. */
export const encodeUses = (id: EventId, uses: UsesRecorded): NewEvent => ({
  id,
  type: 'UsesRecorded',
  schema: 1,
  data: JSON.stringify(UsesRecordedData.encode(uses)),
  metadata: '{}',
})

/** Reads an event of an activity stream. */
export const decodeUses = (recorded: RecordedEvent): E.Either<Unreadable, UsesRecorded> => {
  const { type, schema, data } = recorded
  if (type !== 'UsesRecorded' || schema !== 1)
    return E.left(unreadable(recorded, [{ pointer: '', expected: 'UsesRecorded of schema 1' }]))
  return E.mapLeft((mismatches: Unreadable['mismatches']) => unreadable(recorded, mismatches))(
    decodeJson(UsesRecordedData, data),
  )
}

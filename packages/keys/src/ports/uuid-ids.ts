import type { EventId, Ids, KeyId } from '@detrics/keys-domain'
import { v7 } from 'uuid'

/** UUIDs of version 7: their order is roughly that of time, which databases' indices like. */
export const uuidIds: Ids = {
  keyId: () => v7() as KeyId,
  eventId: () => v7() as EventId,
  correlationId: () => v7(),
}

import type { EventId } from '../event-store/event.js'
import type { KeyId } from '../values/key-id.js'

export interface Ids {
  /** A fresh UUID v7. */
  readonly keyId: () => KeyId
  /** A fresh UUID v7. */
  readonly eventId: () => EventId
  /** A fresh UUID that ties the events of one request together. */
  readonly correlationId: () => string
}

import type { EventStoreGuarantee } from './guarantee.js'
import { losingGuarantees } from './losing-connections.js'
import { reconnectingGuarantees } from './reconnecting.js'

/** What a store with a connection must hold besides `eventStoreSuite`; one without shows that it has none. */
export const connectedStoreSuite: ReadonlyArray<EventStoreGuarantee> = [
  ...losingGuarantees,
  ...reconnectingGuarantees,
]

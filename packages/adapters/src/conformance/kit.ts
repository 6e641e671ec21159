import { connectedStoreSuite } from './connected-suite.js'
import { eventStoreSuite } from './event-store-suite.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { overlappingAppendsSuite } from './overlapping-suite.js'
import { propertySuite } from './property-suite.js'
import type { PropertyOptions } from './property-suite.js'

/** All suites for event stores in one: what an adapter is run against. Needs the package `fast-check`. */
export const eventStoreKit = (options?: PropertyOptions): ReadonlyArray<EventStoreGuarantee> => [
  ...eventStoreSuite,
  ...connectedStoreSuite,
  ...overlappingAppendsSuite,
  ...propertySuite(options),
]

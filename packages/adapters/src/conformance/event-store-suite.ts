import { appendGuarantees } from './append.js'
import { concurrencyGuarantees } from './concurrency.js'
import { dataGuarantees } from './data.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { idempotencyGuarantees } from './idempotency.js'
import { lifecycleGuarantees } from './lifecycle.js'
import { logOrderGuarantees } from './log-order.js'
import { readingGuarantees } from './reading.js'
import { subscribingGuarantees } from './subscribing.js'

/** What every event store must hold. Run each guarantee as a test of its own, with its sentence as the title. */
export const eventStoreSuite: ReadonlyArray<EventStoreGuarantee> = [
  ...appendGuarantees,
  ...idempotencyGuarantees,
  ...concurrencyGuarantees,
  ...readingGuarantees,
  ...logOrderGuarantees,
  ...subscribingGuarantees,
  ...dataGuarantees,
  ...lifecycleGuarantees,
]

import { appendGuarantees } from './append.js'
import { burstGuarantees } from './burst.js'
import { concurrencyGuarantees } from './concurrency.js'
import { dataGuarantees } from './data.js'
import { declarationGuarantees } from './declarations.js'
import { deliveringGuarantees } from './delivering.js'
import { endingGuarantees } from './ending.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { idempotencyGuarantees } from './idempotency.js'
import { lifecycleGuarantees } from './lifecycle.js'
import { logOrderGuarantees } from './log-order.js'
import { readingGuarantees } from './reading.js'
import { sizeGuarantees } from './sizes.js'

/** What every event store must hold. Run each guarantee as a test of its own, with its sentence as the title. */
export const eventStoreSuite: ReadonlyArray<EventStoreGuarantee> = [
  ...declarationGuarantees,
  ...appendGuarantees,
  ...idempotencyGuarantees,
  ...concurrencyGuarantees,
  ...readingGuarantees,
  ...logOrderGuarantees,
  ...burstGuarantees,
  ...deliveringGuarantees,
  ...endingGuarantees,
  ...dataGuarantees,
  ...sizeGuarantees,
  ...lifecycleGuarantees,
]

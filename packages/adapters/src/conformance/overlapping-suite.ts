import { concludingGuarantees } from './concluding.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { overtakingGuarantees } from './overtaking.js'

/** What a store must hold in which appends may overlap; one in which they cannot shows that everything is final at once. */
export const overlappingAppendsSuite: ReadonlyArray<EventStoreGuarantee> = [
  ...overtakingGuarantees,
  ...concludingGuarantees,
]

import type { EventStore } from '../event-store/event-store.js'
import type { KeyPolicy } from '../key-ring/commands.js'
import type { Clock } from '../ports/clock.js'
import type { Digester } from '../ports/digester.js'
import type { Ids } from '../ports/ids.js'
import type { Randomness } from '../ports/randomness.js'
import type { KeyPrefixes } from '../secret/key-string.js'
import type { RingCache } from './ring-cache.js'

/** What the use cases need; one record, made by the composition root. */
export interface Environment {
  readonly store: EventStore
  readonly rings: RingCache
  readonly clock: Clock
  readonly ids: Ids
  readonly randomness: Randomness
  readonly digester: Digester
  readonly prefixes: KeyPrefixes
  readonly policy: KeyPolicy
}

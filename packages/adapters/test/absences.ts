import type { Capability } from '@detrics/keys-adapters/conformance'

/** What each adapter declares absent; the kit makes it show that, and the document's table is made from it. */
export const absences = {
  memory: ['persistent', 'overlappingAppends', 'connection'],
  SQLite: ['overlappingAppends', 'connection'],
  PostgreSQL: [],
  EventStoreDB: ['uniqueIds', 'overlappingAppends'],
} satisfies Readonly<Record<string, ReadonlyArray<Capability>>>

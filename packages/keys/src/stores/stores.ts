import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { cannotOpen, type CannotOpen } from '../open-error.js'
import { openEventStoreDbStores } from './eventstoredb.js'
import { hostAndPath, type Stores, type StoreSetting } from './opening.js'
import { openPostgresStores } from './postgres.js'
import { openSqliteStores } from './sqlite.js'

export type { Stores } from './opening.js'

type StoresTask = TE.TaskEither<CannotOpen, Stores>

interface StoreKind {
  readonly pattern: RegExp
  /** What may be printed of a setting: it can hold a password. */
  readonly name: (setting: string) => string
  readonly open: (setting: StoreSetting) => StoresTask
}

/** The four stores, each by the beginning of its setting. */
const kinds: ReadonlyArray<StoreKind> = [
  {
    pattern: /^memory:$/,
    open: () => TE.right({ events: memoryEventStore(), trail: memoryAuditTrailStore() }),
    name: () => 'the memory of this process',
  },
  {
    pattern: /^sqlite:./,
    open: ({ name }) => openSqliteStores(name),
    name: (setting) => setting.slice('sqlite:'.length),
  },
  {
    pattern: /^postgres(?:ql)?:\/\/./,
    open: openPostgresStores,
    name: (setting) => `PostgreSQL at ${hostAndPath(setting)}`,
  },
  {
    pattern: /^esdb(?:\+discover)?:\/\/./,
    open: openEventStoreDbStores,
    name: (setting) => `EventStoreDB at ${hostAndPath(setting)}`,
  },
]

const kindOf = (setting: string): StoreKind | undefined => kinds.find(({ pattern }) => pattern.test(setting))

/** What is said of a setting that names no store. */
export const storeForms = '`sqlite:<file>`, `postgres://…`, `esdb://…` or `memory:`'

export const isStoreSetting = (setting: string): boolean => kindOf(setting) !== undefined

/** A setting as people may see it: without user, password and options. */
export const storeName = (setting: string): string => kindOf(setting)?.name(setting) ?? 'an unknown store'

/**
 * Opens the stores that a setting names. With `dataFolder` a store that has no place for the audit trail keeps it in a
 * file there, and in memory without it.
 */
export const openStores = (setting: string, dataFolder?: string): StoresTask => {
  const kind = kindOf(setting)
  return kind === undefined
    ? TE.left(cannotOpen(`The store is set by ${storeForms}.`))
    : kind.open({ url: setting, name: kind.name(setting), dataFolder })
}

import { defaultKeyPrefixes, keyPrefixPattern, type Clock, type KeyPrefixes } from '@detrics/keys-domain'
import { catchUpTrail, sharedRead } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { commands } from './commands.js'
import { compose } from './composition.js'
import { follow } from './follow.js'
import type { FreshnessAnswer } from './freshness/freshness.js'
import type { Keys } from './keys.js'
import { cannotOpen, type CannotOpen } from './open-error.js'
import { openLog } from './open-log.js'
import { systemClock } from './ports/index.js'
import { queries } from './queries.js'
import { openStores, type Stores } from './stores/stores.js'
import { trailReader } from './trail-reader.js'
import { troubleTeller, whyUnread, type OnTrouble } from './trouble.js'

export interface OpenSettings {
  /**
   * `sqlite:<file>`, `postgres://…`, `esdb://…` or `memory:`; or stores of one's own, which are closed together with
   * the front door.
   */
  readonly store: string | Stores
  /** Where a read model stands that the store has no place for (`esdb:`); default: in memory, built at each start. */
  readonly dataFolder?: string
  /** How many keys that are neither revoked nor expired a workspace may have, from 1; default 1,000. */
  readonly activeKeysMax?: number
  /** Which prefixes key strings have; default `detrics`, none retired. */
  readonly prefixes?: KeyPrefixes
  /** Default: the clocks of the machine. */
  readonly clock?: Clock
  /** Called when the store begins to fail and when it is there again; default: nobody is told. */
  readonly onTrouble?: OnTrouble
}

const activeKeysMaxDefault = 1_000

/** On these stores every verification reads the log's tail, so no process ever relies on older knowledge. */
const leaseMs = 0

/** How often watched keys are looked at: for expiry, and for what was missed while the log could not be read. */
const watchedLookMs = 1_000

/**
 * Opens the front door. Resolves when the whole log has been read, so nothing is ever answered from a part of it.
 * Any number of processes may open the same store, on one machine where it is a file of SQLite.
 */
export const openKeys =
  (settings: OpenSettings): TaskEither<CannotOpen, Keys> =>
  async () => {
    const problem = problemOf(settings)
    if (problem !== undefined) return E.left(cannotOpen(problem))
    const stores =
      typeof settings.store === 'string'
        ? await openStores(settings.store, settings.dataFolder)()
        : E.right(settings.store)
    if (E.isLeft(stores)) return stores
    const opened = await openOn(stores.right, settings)
    if (E.isLeft(opened)) await closeStores(stores.right)
    return opened
  }

const problemOf = ({ activeKeysMax = activeKeysMaxDefault, prefixes = defaultKeyPrefixes }: OpenSettings) => {
  if (!Number.isInteger(activeKeysMax) || activeKeysMax < 1)
    return '`activeKeysMax` is a whole number from 1.'
  const areFine = [prefixes.current, ...prefixes.retired].every((prefix) => keyPrefixPattern.test(prefix))
  return areFine
    ? undefined
    : 'A key prefix is 1 to 16 lower-case letters and digits and begins with a letter.'
}

const isFresh = (answer: FreshnessAnswer): boolean => answer === 'fresh'

const openOn = async (stores: Stores, settings: OpenSettings): Promise<E.Either<CannotOpen, Keys>> => {
  const onTrouble = settings.onTrouble ?? (() => undefined)
  const tellOfTrail = troubleTeller('reviewing', onTrouble)
  const parts = compose({
    stores,
    prefixes: settings.prefixes ?? defaultKeyPrefixes,
    activeKeysMax: settings.activeKeysMax ?? activeKeysMaxDefault,
    clock: settings.clock ?? systemClock,
    onTrouble,
  })
  const { environment, reader, freshness, recorder, watches, verify } = parts
  const opened = await openLog(stores.events, environment.ids, leaseMs)()
  if (E.isLeft(opened)) return opened
  const read = await reader.catchUp()
  if (E.isLeft(read)) return E.left(cannotOpen(`The log cannot be read: ${whyUnread(read.left)}.`))

  const catchUp = sharedRead(catchUpTrail(stores.events, stores.trail, opened.right.logId))
  // Begun at once, so that a trail that has to be built anew does not wait for the first who asks.
  catchUp().catch(() => undefined)
  const following = follow({
    store: stores.events,
    clock: environment.clock,
    from: reader.settled,
    onEvents: () => {
      // The trail is kept up beside this and not before the next batch: it may have a long log to catch up with.
      catchUp().catch(() => undefined)
      return freshness.ensure()
    },
  })
  const timer = setInterval(() => {
    void freshness.ensure().then(watches.lookAtAll, watches.lookAtAll)
  }, watchedLookMs)
  timer.unref()

  const close = async (): Promise<void> => {
    clearInterval(timer)
    await recorder.close()
    await following.stop()
    await closeStores(stores)
  }
  let closing: Promise<void> | undefined
  return E.right({
    ...commands(environment),
    ...queries({ environment, trail: stores.trail, readTrail: trailReader(catchUp, tellOfTrail) }),
    verify,
    ready: () => freshness.ensure().then(isFresh, () => false),
    watch: watches.watch,
    close: () => (closing ??= close()),
  })
}

const closeStores = async ({ events, trail }: Stores): Promise<void> => {
  await events.close()
  await trail.close()
}

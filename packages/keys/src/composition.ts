import 'reflect-metadata'
import {
  idPartOf,
  ringCache,
  type Clock,
  type Environment,
  type KeyPrefixes,
  type UseRecorder,
} from '@detrics/keys-domain'
import {
  activeKeys,
  activeKeysReader,
  type ActiveKeys,
  type ActiveKeysReader,
} from '@detrics/keys-projections'
import { container, instanceCachingFactory, type DependencyContainer, type InjectionToken } from 'tsyringe'
import { exactFreshness } from './freshness/exact.js'
import type { Freshness } from './freshness/freshness.js'
import { sha256Digester, systemRandomness, uuidIds } from './ports/index.js'
import { useRecorder } from './recording/recorder.js'
import type { Stores } from './stores/stores.js'
import { troubleTeller, type OnTrouble } from './trouble.js'
import { verification } from './verification.js'
import { watches, type Watches } from './watches.js'
import type { Keys } from './keys.js'

/** What a service may choose; the rest is the same everywhere. */
export interface Choices {
  readonly stores: Stores
  readonly prefixes: KeyPrefixes
  readonly activeKeysMax: number
  readonly clock: Clock
  readonly onTrouble: OnTrouble
}

/** The parts that the front door is made of. */
export interface Parts {
  readonly environment: Environment
  readonly reader: ActiveKeysReader
  readonly freshness: Freshness
  readonly recorder: UseRecorder
  readonly watches: Watches
  readonly verify: Keys['verify']
}

const token = <A>(name: string): InjectionToken<A> => Symbol(name)

const CHOICES = token<Choices>('Choices')
const ENVIRONMENT = token<Environment>('Environment')
const ACTIVE_KEYS = token<ActiveKeys>('ActiveKeys')
const WATCHES = token<Watches>('Watches')
const READER = token<ActiveKeysReader>('ActiveKeysReader')
const FRESHNESS = token<Freshness>('Freshness')
const RECORDER = token<UseRecorder>('UseRecorder')
const VERIFY = token<Keys['verify']>('Verify')

/** The parts, wired; the one place in this package that knows which implementation stands behind which port. */
export const compose = (choices: Choices): Parts => {
  const scope = container.createChildContainer()
  scope.register(CHOICES, { useValue: choices })
  registerCommandSide(scope)
  registerReadSide(scope)
  return {
    environment: scope.resolve(ENVIRONMENT),
    reader: scope.resolve(READER),
    freshness: scope.resolve(FRESHNESS),
    recorder: scope.resolve(RECORDER),
    watches: scope.resolve(WATCHES),
    verify: scope.resolve(VERIFY),
  }
}

/** How many workspaces' rings stay folded in memory. */
const cachedRingsMax = 1_000

const once = <A>(
  scope: DependencyContainer,
  at: InjectionToken<A>,
  make: (scope: DependencyContainer) => A,
): void => {
  scope.register<A>(at, { useFactory: instanceCachingFactory(make) })
}

const registerCommandSide = (scope: DependencyContainer): void => {
  once(scope, ENVIRONMENT, (c) => {
    const { stores, prefixes, activeKeysMax, clock } = c.resolve(CHOICES)
    return {
      store: stores.events,
      rings: ringCache(cachedRingsMax),
      clock,
      ids: uuidIds,
      randomness: systemRandomness,
      digester: sha256Digester,
      prefixes,
      policy: { activeKeysMax },
    }
  })
  once(scope, RECORDER, (c) =>
    useRecorder(c.resolve(ENVIRONMENT), troubleTeller('recording', c.resolve(CHOICES).onTrouble)),
  )
}

const registerReadSide = (scope: DependencyContainer): void => {
  once(scope, ACTIVE_KEYS, () => activeKeys())
  once(scope, WATCHES, (c) => {
    const keys = c.resolve(ACTIVE_KEYS)
    return watches((keyId, now) => {
      const key = keys.find(idPartOf(keyId))
      return (
        key === undefined || key.revokedFrom <= now || (key.expiresAt !== undefined && key.expiresAt <= now)
      )
    }, c.resolve(CHOICES).clock.now)
  })
  once(scope, READER, (c) => {
    const { look } = c.resolve(WATCHES)
    return activeKeysReader(c.resolve(CHOICES).stores.events, c.resolve(ACTIVE_KEYS), {
      onApplied: ({ event }) => look(event.keyId),
      onRewound: c.resolve(ENVIRONMENT).rings.clear,
    })
  })
  once(scope, FRESHNESS, (c) =>
    exactFreshness(c.resolve(READER), troubleTeller('reading', c.resolve(CHOICES).onTrouble)),
  )
  once(scope, VERIFY, (c) =>
    verification({
      ...c.resolve(ENVIRONMENT),
      keys: c.resolve(ACTIVE_KEYS),
      freshness: c.resolve(FRESHNESS),
      recorder: c.resolve(RECORDER),
    }),
  )
}

import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import { bell } from '../../shared/bell.js'
import type { Bell } from '../../shared/bell.js'
import { turns } from '../guarantee.js'
import type { EventStoreHarness, OverlapHooks } from '../harness.js'
import { seededNumbers } from '../random.js'
import { isPrepared, prepare } from './appending.js'
import type { PrepareVariant } from './appending.js'
import { link } from './link.js'
import type { Link } from './link.js'
import { simulatedLog } from './log.js'
import type { SimulatedLog } from './log.js'
import { readPage } from './reading.js'
import type { ReadPage } from './reading.js'
import { storeOn } from './store.js'

/** What a simulated server may do otherwise than an honest one. */
export interface ServerVariant {
  readonly readPage?: ReadPage
  readonly prepare?: PrepareVariant
}

interface SimulatedDatabase {
  readonly log: SimulatedLog
  readonly bell: Bell
}

/** The most turns of the event loop that a step waits; most wait fewer, so that calls overtake each other. */
const pauseTurnsMax = 4

/**
 * A harness of honest stores with every capability, simulated in this process: appends overlap and take their time,
 * the connection can be dropped and the server stopped. The mutants of the kit are made of it; it is no product.
 */
export const simulatedServer = (variant: ServerVariant = {}): EventStoreHarness => {
  const wire = link()
  const arms = new WeakMap<EventStore, () => void>()
  const nextTurns = seededNumbers(1)
  const pause = (): Promise<void> => turns(nextTurns(pauseTurnsMax + 1))
  const databases: Array<SimulatedDatabase> = [{ log: simulatedLog(), bell: bell() }]
  const latest = (): SimulatedDatabase => databases.at(-1) ?? assert.fail('no log')

  const handle = (): Promise<EventStore> => {
    let losesNext = false
    const losesReply = (): boolean => {
      const loses = losesNext
      losesNext = false
      return loses
    }
    const store = storeOn({
      ...latest(),
      link: wire,
      readPage: variant.readPage ?? readPage,
      variant: variant.prepare,
      pause,
      losesReply,
    })
    arms.set(store, () => (losesNext = true))
    return Promise.resolve(store)
  }
  const ringAll = (): void => databases.forEach((database) => database.bell.ring())

  return {
    name: 'simulated server',
    absent: [],
    open: () => {
      databases.push({ log: simulatedLog(), bell: bell() })
      return handle()
    },
    reopen: handle,
    loseNextReply: (store) => {
      arms.get(store)?.()
      return Promise.resolve()
    },
    connection: {
      interrupt: () => {
        wire.drop()
        ringAll()
        return Promise.resolve()
      },
      stopServer: () => {
        wire.setUp(false)
        ringAll()
        return Promise.resolve()
      },
      startServer: () => {
        wire.setUp(true)
        ringAll()
        return Promise.resolve()
      },
      answersWithinMs: 1_000,
    },
    overlappingAppends: overlapHooks(latest, wire, variant.prepare),
  }
}

const overlapHooks = (
  latest: () => SimulatedDatabase,
  wire: Link,
  variant: PrepareVariant | undefined,
): OverlapHooks => ({
  beginAppend: async (stream, events) => {
    const { log, bell: wakeUp } = latest()
    const prepared = await prepare(
      log,
      { stream, expected: noStream, events },
      { variant, pause: () => turns(1) },
    )
    assert.ok(E.isRight(prepared) && isPrepared(prepared.right) && wire.isUp())
    const { commit, abort } = prepared.right
    const ended = (end: () => void) => (): Promise<void> => {
      end()
      wakeUp.ring()
      return Promise.resolve()
    }
    return { commit: ended(commit), abort: ended(abort) }
  },
  openForeignTransaction: () => {
    const { log } = latest()
    const transaction = log.nextTransaction()
    log.transactions.add(transaction)
    return Promise.resolve(() => Promise.resolve(void log.transactions.delete(transaction)))
  },
})

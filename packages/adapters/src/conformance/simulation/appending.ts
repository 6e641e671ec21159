import * as E from 'fp-ts/lib/Either.js'
import { revision } from '@detrics/keys-domain'
import type { AppendError, Appended } from '@detrics/keys-domain'
import { place } from '../../shared/placement.js'
import { positionOf } from '../../shared/position.js'
import type { AppendRequest } from '../../shared/request.js'
import { rowOf } from './log.js'
import type { Intent, Row, SimulatedLog } from './log.js'

/** An append that has drawn its places: it is seen by nobody until it is committed. */
export interface Prepared {
  readonly appended: Appended
  readonly commit: () => void
  /** Its places stay empty for ever. */
  readonly abort: () => void
}

export type Preparation = E.Either<AppendError, Appended | Prepared>

export const isPrepared = (prepared: Appended | Prepared): prepared is Prepared => 'commit' in prepared

/** How a writer may go wrong: it draws its places before it has said above which, or it locks nothing. */
export type PrepareVariant = 'drawsFirst' | 'unlocked'

export interface PrepareOptions {
  readonly variant?: PrepareVariant | undefined
  /** Stands where other transactions may come between. */
  readonly pause: () => Promise<void>
}

/**
 * The steps of an append up to its commit, in the order that makes reading safe: first it says above which place it
 * will draw, then it takes its stream, then it draws.
 */
export const prepare = async (
  log: SimulatedLog,
  request: AppendRequest,
  { variant, pause }: PrepareOptions,
): Promise<Preparation> => {
  const transaction = log.nextTransaction()
  log.transactions.add(transaction)
  const keys = variant === 'unlocked' ? [] : [request.stream, ...request.events.map(({ id }) => id)]
  const early = variant === 'drawsFirst' ? undefined : declare(log, transaction)
  await pause()
  const unlock = await lock(log, keys)
  const end = (intent: Intent | undefined) => (): void => {
    unlock()
    if (intent !== undefined) log.intents.delete(intent)
    log.transactions.delete(transaction)
  }
  const placed = place(request, log)
  if (E.isLeft(placed)) {
    end(early)()
    return placed
  }
  if (placed.right._tag === 'Known') {
    end(early)()
    return E.right(placed.right.appended)
  }
  const { first } = placed.right
  const rows = request.events.map((event, index): Row => {
    const number = first + BigInt(index)
    return rowOf(event, { stream: request.stream, number, place: log.draw(), transaction })
  })
  if (early === undefined) await pause()
  const ended = end(early ?? declare(log, transaction))
  const commit = (): void => {
    log.commit(rows)
    ended()
  }
  return E.right({ appended: appendedOf(rows, first), commit, abort: ended })
}

const declare = (log: SimulatedLog, transaction: number): Intent => {
  const intent = { floor: log.lastDrawn(), transaction }
  log.intents.add(intent)
  return intent
}

const appendedOf = (rows: ReadonlyArray<Row>, first: bigint): Appended => {
  const last = rows.at(-1)
  if (last === undefined) throw new Error('an append without events')
  return {
    outcome: 'Appended',
    first: revision(first),
    last: last.event.revision,
    position: positionOf(last.place, last.event.id),
  }
}

/** Takes all of these locks at once, so that no two appends can wait for each other; gives what releases them. */
const lock = async ({ locks }: SimulatedLog, keys: ReadonlyArray<string>): Promise<() => void> => {
  for (;;) {
    const taken = keys.find((key) => locks.has(key))
    if (taken === undefined) break
    await locks.get(taken)
  }
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  for (const key of keys) locks.set(key, released)
  return () => {
    for (const key of keys) locks.delete(key)
    release()
  }
}

import * as E from 'fp-ts/lib/Either.js'
import { emptyDisk, nothing, some } from './disk.js'
import type { Luck } from './disk.js'
import { acknowledgedEvents, ledgerName, openLedger } from './ledger.js'
import { recover } from './recover.js'
import type { Recovered } from './recover.js'
import type { Operation } from './trace.js'
import { verify } from './verify.js'
import type { Finding } from './verify.js'

interface Replay {
  readonly cuts: number
  /** How often the store was started: after the loss of all that was unsynced, and of a random part of it. */
  readonly starts: { readonly nothingKept: number; readonly someKept: number }
  /** How often the random part held a commit that was not synced yet: without any, it would be no other test. */
  readonly unsyncedFound: number
  /** After how many of the starts SQLite checked the whole file. */
  readonly integrityChecks: number
  readonly acknowledged: number
  /** The first power loss that broke a promise; there is none when all is well. */
  readonly broken: Broken | undefined
}

/** `kept` says what the disk kept of that which was not synced. */
type Broken = Finding & { readonly kept: 'nothing' | 'some' }

const startsPerIntegrityCheck = 4

/**
 * Cuts the power after every operation of the trace and starts the store on what is left, until a promise is
 * broken. Where nothing that survives has changed since the last cut, the store would read the same again: only
 * the ledger is compared anew. With `random` the power is cut a second time, and a random part is kept.
 */
export const replay = async (
  trace: ReadonlyArray<Operation>,
  folder: string,
  random?: () => number,
): Promise<Replay> => {
  const disk = emptyDisk()
  const ledger = openLedger()
  const starts = { nothingKept: 0, someKept: 0 }
  let [integrityChecks, unsyncedFound] = [0, 0]
  let surviving: Recovered | undefined

  const start = (kept: 'nothing' | 'some', luck: Luck): Promise<Recovered> => {
    starts[`${kept}Kept`]++
    const isChecked = (starts.nothingKept + starts.someKept) % startsPerIntegrityCheck === 0
    if (isChecked) integrityChecks++
    return recover(disk.afterPowerLoss(luck), folder, isChecked)
  }

  /** Carries the operation out; true when what surely survives, or what was acknowledged, is another now. */
  const carryOut = (operation: Operation): boolean => {
    if (operation.name === ledgerName) return operation.kind === 'written' && ledger.add(operation.data)
    const isChanged = disk.apply(operation)
    if (isChanged) surviving = undefined
    return isChanged
  }

  const loseAllUnsynced = async (): Promise<Broken | undefined> => {
    surviving ??= await start('nothing', nothing)
    return brokenBy('nothing', verify(surviving, ledger))
  }

  const loseSome = async (chance: () => number): Promise<Broken | undefined> => {
    const recovered = await start('some', some(chance))
    if (surviving !== undefined && lengthOf(recovered) > lengthOf(surviving)) unsyncedFound++
    return brokenBy('some', verify(recovered, ledger))
  }

  const cutAfter = async (operation: Operation): Promise<Broken | undefined> => {
    const broken = carryOut(operation) ? await loseAllUnsynced() : undefined
    if (broken !== undefined || random === undefined) return broken
    return operation.name === ledgerName || !disk.hasUnsynced() ? undefined : loseSome(random)
  }

  let [cuts, broken]: [number, Broken | undefined] = [0, undefined]
  for (const operation of trace) {
    broken = await cutAfter(operation)
    cuts++
    if (broken !== undefined) break
  }
  return { cuts, starts, unsyncedFound, integrityChecks, acknowledged: acknowledgedEvents(ledger), broken }
}

const lengthOf = (recovered: Recovered): number => (E.isRight(recovered) ? recovered.right.length : 0)

const brokenBy = (kept: Broken['kept'], finding: Finding): Broken | undefined =>
  finding.faults.length > 0 ? { ...finding, kept } : undefined

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { emptyDisk, everything } from './disk.js'
import { isAcknowledgement, ledgerName } from './ledger.js'
import { recordWriter } from './record.js'
import type { Recording } from './record.js'
import { randomFrom, replay } from './replay.js'
import type { Operation } from './trace.js'

const timeoutMs = 180_000

/** Another run's seed is given by the environment. */
const seed = Number(process.env['POWER_LOSS_SEED'] ?? Date.now() % 1_000_000)

/** The store is started thousands of times: in memory where there is such a folder, since no power is lost here. */
const fastFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

describe('when the power is lost at any moment', () => {
  test(
    'nothing acknowledged is lost, no batch is torn and the file is sound, whatever part of the unsynced writes is kept',
    () =>
      inScratch('synchronous=FULL', async (recorded, started) => {
        const recording = recordWriter(recorded, 'FULL')
        const counts = countsOf(recording.trace)
        const result = await replay(recording.trace, started, randomFrom(seed))
        print(`seed ${seed}, ${JSON.stringify({ ...counts, ...result })}`)
        expect(result.broken).toBeUndefined()
        expect(result.cuts).toBe(recording.trace.length)
        expectNoGap(recording)
        expect(result.acknowledged).toBeGreaterThanOrEqual(300)
        expect(counts.fsyncs).toBeGreaterThanOrEqual(100)
        expect(counts.groups).toBeGreaterThanOrEqual(30)
        expect(counts.largestGroup).toBeGreaterThanOrEqual(12)
        expect(counts.checkpoints).toBeGreaterThanOrEqual(2)
        expect(result.starts.nothingKept).toBeGreaterThanOrEqual(100)
        expect(result.starts.someKept).toBeGreaterThanOrEqual(1_000)
        expect(result.unsyncedFound).toBeGreaterThanOrEqual(1)
      }),
    timeoutMs,
  )

  test(
    'nothing acknowledged is lost with the settings of production',
    () =>
      inScratch('settings of production', async (recorded, started) => {
        const { trace } = recordWriter(recorded, 'production')
        const counts = countsOf(trace)
        const result = await replay(trace, started)
        print(JSON.stringify({ ...counts, ...result }))
        expect(result.broken).toBeUndefined()
        expect(counts.groups).toBeGreaterThanOrEqual(30)
        expect(result.acknowledged).toBeGreaterThanOrEqual(300)
      }),
    timeoutMs,
  )
})

describe('the same test sees the loss', () => {
  test.each(['OFF', 'NORMAL'] as const)(
    'of acknowledged events with synchronous=%s',
    (synchronous) =>
      inScratch(`synchronous=${synchronous}`, async (recorded, started) => {
        const { trace } = recordWriter(recorded, synchronous)
        await expectLoss(trace, started)
      }),
    timeoutMs,
  )

  test.each([
    ['any file', () => true],
    ['the write-ahead log', (name: string) => name === 'log-wal'],
    // Not its making: that comes before the first append.
    ['the main file at a checkpoint', (name: string, hasBegun: boolean) => name === 'log' && hasBegun],
    ['the folder', (name: string) => name === ''],
  ])(
    'of acknowledged events without the syncs of %s',
    (what, isDropped) =>
      inScratch(`no fsync of ${what}`, async (recorded, started) => {
        const { trace } = recordWriter(recorded, 'FULL')
        const begin = beginOf(trace)
        const kept = trace.filter(({ kind, name }, at) => kind !== 'synced' || !isDropped(name, at > begin))
        expect(kept.length).toBeLessThan(trace.length)
        await expectLoss(kept, started)
      }),
    timeoutMs,
  )
})

const expectLoss = async (trace: ReadonlyArray<Operation>, started: string): Promise<void> => {
  const { cuts, broken } = await replay(trace, started)
  print(`cut ${cuts} of ${trace.length} loses ${broken?.lost} acknowledged events: ${broken?.faults[0]}`)
  expect(broken?.lost).toBeGreaterThan(0)
}

/** Replayed without any loss, the trace gives the very files that the writer left: the recorder missed nothing. */
const expectNoGap = ({ trace, left }: Recording): void => {
  const disk = emptyDisk()
  for (const operation of trace) disk.apply(operation)
  const replayed = disk.afterPowerLoss(everything)
  expect([...replayed.keys()].toSorted()).toEqual([...left.keys()].toSorted())
  for (const [name, content] of left)
    expect([name, replayed.get(name)?.equals(content)]).toEqual([name, true])
}

/** The first line of the ledger: what is done before it is the making of the store. */
const beginOf = (trace: ReadonlyArray<Operation>): number =>
  trace.findIndex(({ kind, name }) => kind === 'written' && name === ledgerName)

const countsOf = (trace: ReadonlyArray<Operation>) => {
  const ofDisk = trace.filter(({ name }) => name !== ledgerName)
  const ofMainFile = trace.slice(beginOf(trace)).filter(({ name }) => name === 'log')
  const isCheckpoint = (index: number): boolean =>
    ofMainFile[index]?.kind === 'written' && ofMainFile[index - 1]?.kind !== 'written'
  return {
    operations: ofDisk.length,
    writes: ofDisk.filter(({ kind }) => kind === 'written').length,
    fsyncs: ofDisk.filter(({ kind }) => kind === 'synced').length,
    checkpoints: ofMainFile.filter((_, index) => isCheckpoint(index)).length,
    ...groupsOf(trace),
  }
}

/** How many commits were of more than one append: several were acknowledged after one sync and before the next write. */
const groupsOf = (trace: ReadonlyArray<Operation>) => {
  const sizes: Array<number> = [0]
  for (const operation of trace) {
    if (operation.kind !== 'written') continue
    if (operation.name === 'log-wal' && sizes.at(-1) !== 0) sizes.push(0)
    if (operation.name !== ledgerName || !isAcknowledgement(operation.data)) continue
    sizes.push((sizes.pop() ?? 0) + 1)
  }
  return { groups: sizes.filter((size) => size > 1).length, largestGroup: Math.max(...sizes) }
}

/** Runs the test in two folders, which are removed when it passed; a failed one leaves them, with the trace. */
const inScratch = async (
  what: string,
  work: (recorded: string, started: string) => Promise<void>,
): Promise<void> => {
  const recorded = mkdtempSync(join(tmpdir(), 'power-loss-'))
  const started = mkdtempSync(join(fastFolder, 'power-loss-'))
  print(`${what}, kept in ${recorded} and ${started} if it fails`)
  await work(recorded, join(started, 'disk'))
  for (const folder of [recorded, started]) rmSync(folder, { recursive: true })
}

const print = (line: string): void => void process.stdout.write(`power loss: ${line}\n`)

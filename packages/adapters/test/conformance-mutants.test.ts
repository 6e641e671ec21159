import { afterAll, describe, expect, test } from '@jest/globals'
import {
  auditTrailSuite,
  connectedMutants,
  eventStoreKit,
  mutants,
  overlappingMutants,
  simulatedServer,
  trailMutants,
  volumeMutants,
  volumeSuite,
} from '@detrics/keys-adapters/conformance'
import type { EventStoreHarness, Guarantee, Mutant } from '@detrics/keys-adapters/conformance'
import { memoryHarness, memoryTrailHarness } from './harness.js'
import { printMatrix, readMatrix, unbroken, writeMatrix, writesDown } from './kill-matrix.js'

/** A store in memory that takes this long for a message will not send it. */
const messageWithinMs = 250
const onMemory = (): EventStoreHarness => ({ ...memoryHarness, messageWithinMs })
const onServer = (): EventStoreHarness => {
  const { connection, ...server } = simulatedServer()
  return {
    ...server,
    messageWithinMs,
    ...(connection && { connection: { ...connection, answersWithinMs: messageWithinMs } }),
  }
}

const failuresOf = async <Harness>(
  suite: ReadonlyArray<Guarantee<Harness>>,
  harness: () => Harness,
): Promise<ReadonlyArray<string>> => {
  const failures: Array<string> = []
  for (const { guarantee, run } of suite) await run(harness()).catch(() => failures.push(guarantee))
  return failures
}

type Row = readonly [string, () => Promise<ReadonlyArray<string>>]

/** Each mutant fails exactly what the matrix says, every guarantee is failed by one that is sound in other respects. */
const describeMatrix = (
  port: 'eventStore' | 'auditTrail',
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
): void => {
  const seen: Record<string, ReadonlyArray<string>> = {}
  const matrix = readMatrix(port)

  test.each(rows)('%s', async (name, failures) => {
    const found = await failures()
    seen[name] = found
    expect(found).not.toEqual([])
    expect(found).toEqual(writesDown ? found : matrix[name])
  })

  test('every guarantee is broken by a store that is sound in other respects', () => {
    const found = writesDown ? seen : matrix
    expect(unbroken(titles, found)).toEqual([])
    expect(new Set(titles).size).toBe(titles.length)
    expect(Object.keys(found).toSorted()).toEqual(rows.map(([name]) => name).toSorted())
  })

  test('a store that is never there fails every guarantee', () => {
    expect((writesDown ? seen : matrix)['isNeverAvailable']).toEqual(titles)
  })

  afterAll(() => {
    if (writesDown) writeMatrix(port, seen)
    printMatrix(port, titles, seen)
  })
}

/** One seed for all: the matrix must not depend on what is drawn. */
const kit = eventStoreKit({ seed: 1, runs: 60, endOnFailure: true })

describe('an event store that breaks a promise fails the guarantees of this promise and no others', () => {
  const rowsOf = (
    all: Readonly<Record<string, Mutant>>,
    honest: () => EventStoreHarness,
  ): ReadonlyArray<Row> =>
    Object.entries(all).map(([name, mutant]) => [name, () => failuresOf(kit, () => mutant.of(honest()))])
  describeMatrix(
    'eventStore',
    kit.map(({ guarantee }) => guarantee),
    [
      ...rowsOf(mutants, onMemory),
      ...rowsOf(connectedMutants, onServer),
      ...rowsOf(overlappingMutants, onServer),
    ],
  )
})

describe('an audit trail that breaks a promise fails the guarantees of this promise and no others', () => {
  describeMatrix(
    'auditTrail',
    auditTrailSuite.map(({ guarantee }) => guarantee),
    Object.entries(trailMutants).map(([name, mutant]) => [
      name,
      () => failuresOf(auditTrailSuite, () => mutant.of(memoryTrailHarness)),
    ]),
  )
})

describe('a store that is sound as long as its log is small fails the volume suite and nothing else', () => {
  test.each(Object.entries(volumeMutants))('%s', async (_, mutant) => {
    expect(await failuresOf(kit, () => mutant.of(onMemory()))).toEqual([])
    expect(await failuresOf(volumeSuite, () => mutant.of(onMemory()))).toHaveLength(volumeSuite.length)
  })
})

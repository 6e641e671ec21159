import { describe, expect, test } from '@jest/globals'
import { auditTrailSuite, simulatedServer, volumeSuite } from '@detrics/keys-adapters/conformance'
import { describeConformance } from './conformance-on.js'
import { inFolder, memoryHarness, memoryTrailHarness, sqliteHarness, sqliteTrailHarness } from './harness.js'

describeConformance('in memory', (work) => work(memoryHarness))
describeConformance('in SQLite', (work) => inFolder((folder) => work(sqliteHarness(folder))))
describeConformance('on a simulated server', (work) => work(simulatedServer()))

describe('a large log', () => {
  test.each(volumeSuite)('in memory: $guarantee', async ({ run }) => {
    await expect(run(memoryHarness)).resolves.toBeUndefined()
  })
  test.each(volumeSuite)('in SQLite: $guarantee', ({ run }) =>
    inFolder(async (folder) => {
      await expect(run(sqliteHarness(folder))).resolves.toBeUndefined()
    }),
  )
})

describe('the audit trail in memory', () => {
  test.each(auditTrailSuite)('$guarantee', async ({ run }) => {
    await expect(run(memoryTrailHarness)).resolves.toBeUndefined()
  })
})

describe('the audit trail in SQLite', () => {
  test.each(auditTrailSuite)('$guarantee', ({ run }) =>
    inFolder(async (folder) => {
      await expect(run(sqliteTrailHarness(folder))).resolves.toBeUndefined()
    }),
  )
})

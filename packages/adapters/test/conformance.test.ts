import { describe, expect, test } from '@jest/globals'
import { auditTrailSuite, eventStoreSuite } from '@detrics/keys-adapters/conformance'
import { inFolder, memoryHarness, memoryTrailHarness, sqliteHarness, sqliteTrailHarness } from './harness.js'

const expectToHold = async (run: Promise<void>): Promise<void> => {
  await expect(run).resolves.toBeUndefined()
}

describe('the event store in memory', () => {
  test.each(eventStoreSuite)('$guarantee', ({ run }) => expectToHold(run(memoryHarness)))
})

describe('the event store in SQLite', () => {
  test.each(eventStoreSuite)('$guarantee', ({ run }) =>
    inFolder((folder) => expectToHold(run(sqliteHarness(folder)))),
  )
})

describe('the audit trail in memory', () => {
  test.each(auditTrailSuite)('$guarantee', ({ run }) => expectToHold(run(memoryTrailHarness)))
})

describe('the audit trail in SQLite', () => {
  test.each(auditTrailSuite)('$guarantee', ({ run }) =>
    inFolder((folder) => expectToHold(run(sqliteTrailHarness(folder)))),
  )
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { auditTrailSuite } from '@detrics/keys-adapters/conformance'
import { startPostgres, type PostgresServer } from '../../../../test/support/postgres.js'
import { postgresTrailHarness } from './trail-support.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

describe('the audit trail in PostgreSQL', () => {
  test.each(auditTrailSuite)('$guarantee', async ({ run }) => {
    await expect(run(postgresTrailHarness(server.url))).resolves.toBeUndefined()
  })
})

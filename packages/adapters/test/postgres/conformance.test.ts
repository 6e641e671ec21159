import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { eventStoreKit } from '@detrics/keys-adapters/conformance'
import { startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { postgresHarness } from './harness.js'
import type { PostgresHarness } from './harness.js'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
process.stdout.write(`Random histories: FC_SEED=${seed}\n`)

describe('the event store in PostgreSQL', () => {
  let server: PostgresServer
  let harness: PostgresHarness
  beforeAll(async () => {
    server = await startPostgres()
    harness = postgresHarness(server)
  })
  afterAll(async () => {
    await harness.stop()
    await server.stop()
  })

  test.each(eventStoreKit({ seed }))('$guarantee', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})

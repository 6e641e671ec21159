import { afterAll, beforeAll } from '@jest/globals'
import { startPostgres } from '../../../../test/support/postgres.js'
import type { PostgresServer } from '../../../../test/support/postgres.js'
import { describeConformance } from '../conformance-on.js'
import { postgresHarness } from './harness.js'
import type { PostgresHarness } from './harness.js'

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

describeConformance('in PostgreSQL', (work) => work(harness))

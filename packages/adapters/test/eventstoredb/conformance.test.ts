import { describe, expect, test } from '@jest/globals'
import { eventStoreKit } from '@detrics/keys-adapters/conformance'
import { givenServer, rigHarness, startRig } from './harness.js'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
process.stdout.write(`Random histories: FC_SEED=${seed}\n`)

const given = process.env['EVENTSTORE_URL']

/** On a server that is given, each log has to look through those of all tests before it. */
const timeoutMs = given === undefined ? 20_000 : 120_000

/** A double of its own for each test, since a log has to look through what all logs of its server have written. */
const serve = async () => {
  if (given !== undefined) return givenServer(given)
  const rig = await startRig()
  return { harness: rigHarness(rig), stop: rig.stop }
}

describe('the event store in EventStoreDB, on the double or on the server at EVENTSTORE_URL', () => {
  test.each(eventStoreKit({ seed }))(
    '$guarantee',
    async ({ run }) => {
      const { harness, stop } = await serve()
      try {
        await expect(run(harness)).resolves.toBeUndefined()
      } finally {
        await stop()
      }
    },
    timeoutMs,
  )
})

import { describeConformance } from '../conformance-on.js'
import { givenServer, rigHarness, startRig } from './harness.js'

const given = process.env['EVENTSTORE_URL']

/** A double of its own for each test, since a log has to look through what all logs of its server have written. */
const serve = async () => {
  if (given !== undefined) return givenServer(given)
  const rig = await startRig()
  return { harness: rigHarness(rig), stop: rig.stop }
}

describeConformance(
  'in EventStoreDB, on the double or on the server at EVENTSTORE_URL',
  async (work) => {
    const { harness, stop } = await serve()
    try {
      await work(harness)
    } finally {
      await stop()
    }
  },
  // On a server that is given, each log has to look through those of all tests before it.
  { timeoutMs: given === undefined ? 20_000 : 120_000 },
)

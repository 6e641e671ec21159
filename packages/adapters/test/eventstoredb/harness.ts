import type { EventStoreHarness } from '@detrics/keys-adapters/conformance'
import { openEventStoreDbEventStore } from '@detrics/keys-adapters/eventstoredb'
import type { EventStore } from '@detrics/keys-domain'
import { randomUUID } from 'node:crypto'
import { startDouble } from '../../../../test/support/eventstoredb/double.mjs'
import type { Double } from '../../../../test/support/eventstoredb/double.mjs'
import { startProxy } from '../../../../test/support/eventstoredb/proxy.mjs'
import type { Proxy } from '../../../../test/support/eventstoredb/proxy.mjs'
import { absences } from '../absences.js'
import { opened } from '../harness.js'

/** A prefix that no other log in the server has. */
export const freshPrefix = (): string => `t${randomUUID().replaceAll('-', '')}`

export const openStore = (url: string, prefix?: string): Promise<EventStore> =>
  opened(openEventStoreDbEventStore(prefix === undefined ? { url } : { url, prefix }))

/** A double with a network before it that can be harmed. */
export interface Rig {
  readonly double: Double
  readonly proxy: Proxy
  readonly stop: () => Promise<void>
}

export const startRig = async (options: Parameters<typeof startDouble>[0] = {}): Promise<Rig> => {
  const double = await startDouble(options)
  const proxy = await startProxy({ port: double.node.port })
  return {
    double,
    proxy,
    stop: async () => {
      await proxy.stop()
      await double.stop()
    },
  }
}

/** The longest that a call takes: an append, and the look at what became of it. */
const answersWithinMs = 9_000

/** A server behind a network; stopping it is cutting it off, unless there is more that can be done. */
interface Served {
  readonly proxy: Proxy
  readonly stopServer?: () => Promise<void>
  readonly startServer?: () => Promise<void>
}

const harnessOn = ({ proxy, stopServer, startServer }: Served): EventStoreHarness => {
  let prefix = freshPrefix()
  const reopen = (): Promise<EventStore> => openStore(proxy.url(), prefix)
  return {
    name: 'EventStoreDB',
    absent: absences.EventStoreDB,
    open: () => {
      prefix = freshPrefix()
      return reopen()
    },
    reopen,
    // An append is answered after its commit only, so it is its answer that is lost and not the append.
    loseNextReply: () => Promise.resolve(proxy.cutAtNextAnswer()),
    connection: {
      interrupt: () => Promise.resolve(proxy.cut()),
      stopServer: async () => {
        await proxy.pause()
        await stopServer?.()
      },
      startServer: async () => {
        await startServer?.()
        await proxy.resume()
      },
      answersWithinMs,
    },
  }
}

export const rigHarness = ({ double, proxy }: Rig): EventStoreHarness =>
  harnessOn({ proxy, stopServer: double.stop, startServer: double.start })

/** A server that is given: one node without TLS, behind a proxy, so that its connection can be cut. */
export const givenServer = async (
  url: string,
): Promise<{ readonly harness: EventStoreHarness; readonly stop: () => Promise<unknown> }> => {
  const { hostname, port } = new URL(url.replace(/^esdb:/, 'http:'))
  const proxy = await startProxy({ host: hostname, port: Number(port === '' ? '2113' : port) })
  return { harness: harnessOn({ proxy }), stop: proxy.stop }
}

import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import type { Capability } from '../capabilities.js'
import type { EventStoreHarness, OverlapHooks } from '../harness.js'
import { simulatedServer } from '../simulation/server.js'
import { decorate } from './mutate.js'
import type { Mutants } from './mutate.js'

const withAbsent = (
  harness: EventStoreHarness,
  change: (absent: ReadonlyArray<Capability>) => ReadonlyArray<Capability>,
): EventStoreHarness => ({ ...harness, absent: change(harness.absent) })

const without = <A>(items: ReadonlyArray<A>, item: A): ReadonlyArray<A> =>
  items.filter((each) => each !== item)

const nothing = (): Promise<void> => Promise.resolve()

/** Says that it has begun an append, and makes it when that is to be committed. */
const pretendedOverlap = (latest: () => EventStore | undefined): OverlapHooks => ({
  beginAppend: (stream, events) =>
    Promise.resolve({
      commit: async () => void (await latest()?.append(stream, noStream, events)()),
      abort: nothing,
    }),
  openForeignTransaction: () => Promise.resolve(nothing),
})

const claimsOverlappingAppends = (honest: EventStoreHarness): EventStoreHarness => {
  let latest: EventStore | undefined
  const decorated = decorate(honest, (store) => {
    latest = store
    return { ...store }
  })
  return {
    ...withAbsent(decorated, (absent) => without(absent, 'overlappingAppends')),
    overlappingAppends: pretendedOverlap(() => latest),
  }
}

/** Each handle has a socket of its own to a server in this process. */
const hidesItsConnection = (honest: EventStoreHarness): EventStoreHarness =>
  decorate(honest, async (store) => {
    const server = await listening()
    const { port } = server.address() as AddressInfo
    const socket = await connectedTo(port)
    return {
      ...store,
      close: async () => {
        socket.destroy()
        server.close()
        await store.close()
      },
    }
  })

const listening = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => void socket.on('error', nothing))
    server.listen(0, '127.0.0.1', () => resolve(server))
  })

const connectedTo = (port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', nothing)
  })

/** Harnesses that say something of their store that is not so. */
export const declaringMutants: Mutants = {
  declaresWhatMayNotBeAbsent: {
    breaks: 'declares something absent that every store must have',
    of: (honest) => withAbsent(honest, (absent) => [...absent, 'atomicBatches' as Capability]),
  },
  deniesUniqueIds: {
    breaks: 'says that it stores an id more than once, and refuses it',
    of: (honest) => withAbsent(honest, (absent) => [...absent, 'uniqueIds']),
  },
  deniesOverlappingAppends: {
    breaks: 'says that its appends do not overlap, and they do',
    of: ({ messageWithinMs = 1_000 }) => {
      const { overlappingAppends: _, ...server } = simulatedServer()
      return { ...server, messageWithinMs, absent: ['overlappingAppends'] }
    },
  },
  claimsOverlappingAppends: {
    breaks: 'says that its appends overlap, and makes them one after the other',
    of: claimsOverlappingAppends,
  },
  claimsAConnection: {
    breaks: 'says that it has a connection, and cannot lose it',
    of: (honest) => ({
      ...withAbsent(honest, (absent) => without(absent, 'connection')),
      connection: { interrupt: nothing, stopServer: nothing, startServer: nothing, answersWithinMs: 1_000 },
    }),
  },
  hidesItsConnection: { breaks: 'says that it has no connection, and opens sockets', of: hidesItsConnection },
}

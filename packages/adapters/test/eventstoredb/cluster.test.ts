import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventStoreDBClient } from '@eventstore/db-client'
import { openEventStoreDbEventStore } from '@detrics/keys-adapters/eventstoredb'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import * as O from 'fp-ts/lib/Option.js'
import { startCluster } from '../../../../test/support/eventstoredb/cluster.mjs'
import type { Cluster } from '../../../../test/support/eventstoredb/cluster.mjs'
import { appendTo, got, newEvents, streamId } from '../steps.js'
import { openStore } from './harness.js'

let cluster: Cluster
let stores: Array<EventStore>

beforeEach(async () => {
  cluster = await startCluster({ size: 3 })
  stores = []
})
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()))
  await cluster.stop()
})

const open = async (url: string): Promise<EventStore> => {
  const store = await openStore(url)
  stores.push(store)
  return store
}

const [leader, follower] = [0, 1]
const nodeUrl = (index: number): string => cluster.nodes[index]!.url()

describe('a cluster', () => {
  test('is found by any of its nodes, and its leader is used', async () => {
    const { port } = cluster.nodes[follower]!.node
    for (const url of [cluster.url(), `esdb+discover://127.0.0.1:${port}?tls=false`]) {
      const store = await open(url)
      await appendTo(store, `s-${stores.length}`)
    }
    expect(cluster.nodes.map((node) => node.count('append'))).toEqual([2, 0, 0])
  })

  test('is read from its leader although a follower was named; a follower shows an older log', async () => {
    const store = await open(nodeUrl(follower))
    cluster.nodes[follower]!.faults.lagRecords = 2
    const { position } = await appendTo(store, 'one', 2)
    expect((await got(store.readAll(O.none, 10))).settled).toEqual(O.some(position))
    const stale = EventStoreDBClient.connectionString(nodeUrl(follower))
    const seen = []
    for await (const { event } of stale.readAll()) if (event?.streamId === 'detrics-one') seen.push(event)
    expect(seen).toEqual([])
    await stale.dispose()
  })

  test('goes on with its next leader: appends, reads and subscriptions', async () => {
    const store = await open(cluster.url())
    const { messages } = await got(store.subscribe(O.none))
    const iterator = messages[Symbol.asyncIterator]()
    await iterator.next()
    const ids: Array<string> = []
    const seen: Array<string> = []
    for (const [round, next] of [1, 2, 0, 1].entries()) {
      cluster.elect(next)
      const events = newEvents(2)
      ids.push(...events.map(({ id }) => id))
      const result = await store.append(streamId(`s-${round}`), noStream, events)()
      expect(result).toMatchObject({ right: { outcome: 'Appended' } })
      while (seen.length < ids.length) {
        const message = await iterator.next()
        if (message.done === true) throw new Error('the subscription ended')
        if (message.value._tag === 'Events') seen.push(...message.value.events.map(({ id }) => id))
        expect(message.value._tag).not.toBe('Dropped')
      }
      expect((await got(store.readAll(O.none, 100))).events.map(({ id }) => id)).toEqual(ids)
    }
    expect(seen).toEqual(ids)
  })

  test('none of whose nodes is there is refused in time', async () => {
    await cluster.stop()
    const begun = performance.now()
    expect(await openEventStoreDbEventStore({ url: cluster.url() })()).toMatchObject({
      left: { cause: expect.stringContaining('not reachable') },
    })
    expect(performance.now() - begun).toBeLessThan(6_000)
  })

  test('whose nodes go away later is Unavailable, and nothing is in doubt', async () => {
    const store = await open(cluster.url())
    await cluster.stop()
    await store.readAll(O.none, 1)()
    const append = store.append(streamId('one'), noStream, newEvents(1))
    await append()
    expect(await append()).toMatchObject({ left: { _tag: 'Unavailable' } })
    await cluster.nodes[leader]!.start()
    expect(await append()).toMatchObject({ right: { outcome: 'Appended' } })
  })
})

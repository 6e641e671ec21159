/*
 * The client has defects, each of which was seen. Each test shows the defect on the client itself, as the control, and
 * that the store does not suffer from it.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client'
import { noStream } from '@detrics/keys-domain'
import type { EventStore } from '@detrics/keys-domain'
import * as O from 'fp-ts/lib/Option.js'
import { at, revision } from '@detrics/keys-domain'
import { appendTo, got, newEvent, newEvents, streamId } from '../steps.js'
import { freshPrefix, openStore, startRig } from './harness.js'
import type { Rig } from './harness.js'

const one = streamId('one')
const event = () => jsonEvent({ type: 'Happened', data: { n: 1 } })
const clientInternal = 13

let rig: Rig
let clients: Array<EventStoreDBClient>
let stores: Array<EventStore>

beforeEach(async () => {
  rig = await startRig()
  clients = []
  stores = []
})
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()))
  // Not awaited: it hangs as well where the server has ended a stream of batches.
  for (const client of clients) void client.dispose()
  await rig.stop()
})

const rawClient = (url = rig.double.url()): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(url)
  clients.push(client)
  return client
}
const open = async (url = rig.double.url(), prefix?: string): Promise<EventStore> => {
  const store = await openStore(url, prefix)
  stores.push(store)
  return store
}

/** Whether a promise is settled by now, without waiting for it. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const tag = async (task: () => Promise<unknown>): Promise<unknown> => {
  const result = await task()
  return Reflect.get(Reflect.get(result as object, 'left') ?? Reflect.get(result as object, 'right'), '_tag')
}

describe('appends', () => {
  test('end by their deadline although the server is silent; the client itself waits for ever', async () => {
    const store = await open(rig.double.url('&defaultDeadline=300'))
    const client = rawClient()
    await client.appendToStream('raw', event())
    rig.double.faults.isSilent = true
    const pending = client.appendToStream('raw', event(), { deadline: 100 })
    pending.catch(() => undefined)
    expect(await tag(store.append(one, noStream, newEvents(2)))).toBe('OutcomeUnknown')
    expect(await isSettled(pending)).toBe(false)
    rig.double.faults.isSilent = false
  })

  test('that are refused are never told as done; the client has an option that tells them with a wrong revision', async () => {
    const client = rawClient(rig.double.url('&throwOnAppendFailure=false'))
    for (let n = 0; n < 5; n++) await client.appendToStream('raw', event())
    const told = await client.appendToStream('raw', event(), { expectedRevision: 'no_stream' })
    expect(told).toMatchObject({ success: false, nextExpectedRevision: 1n })
    const store = await open()
    await appendTo(store, 'one', 5)
    expect(await store.append(one, noStream, newEvents(1))()).toMatchObject({
      left: { _tag: 'WrongExpectedRevision', actual: O.some(4n) },
    })
  })

  test('outlive the lost connection of another store; those of the client share one table', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const [broken, sound] = [rawClient(rig.proxy.url()), rawClient()]
    for (const client of [broken, sound]) await client.appendToStream('raw', event())
    rig.double.faults.appends.push('not-stored', 'not-stored')
    const lost = broken.appendToStream('raw', event()).catch(() => 'lost')
    const bystander = sound.appendToStream('raw', event()).catch(() => 'lost as well')
    await until(() => rig.double.faults.appends.length === 0)
    rig.proxy.cut()
    expect(await Promise.all([lost, bystander])).toEqual(['lost', 'lost as well'])

    const [first, second] = [await open(rig.proxy.url()), await open()]
    rig.double.faults.onStored = () => held
    const cut = first.append(one, noStream, newEvents(2))()
    const other = second.append(streamId('two'), noStream, newEvents(2))()
    await until(
      () => rig.double.log.records.filter(({ stream }) => stream.startsWith('detrics-')).length === 4,
    )
    rig.proxy.cut()
    expect(await cut).toMatchObject({ left: { _tag: 'OutcomeUnknown' } })
    release()
    expect(await other).toMatchObject({ right: { outcome: 'Appended' } })
  })

  test('go on where the server ends the stream of batches; those of the client hang', async () => {
    const client = rawClient()
    await client.appendToStream('raw', event())
    const store = await open()
    await appendTo(store, 'one')
    rig.double.halfCloseBatches()
    const hanging = client.appendToStream('raw', event())
    hanging.catch(() => undefined)
    await appendTo(store, 'two')
    await got(store.readAll(O.none, 10))
    expect(await isSettled(hanging)).toBe(false)
  })

  test('do not depend on what the server says of its features; the client keeps the failure for good', async () => {
    const client = rawClient()
    rig.double.faults.featuresCode = clientInternal
    await expect(client.appendToStream('raw', event())).rejects.toMatchObject({ code: clientInternal })
    const store = await open()
    await appendTo(store, 'one')
    rig.double.faults.featuresCode = undefined
    await expect(client.appendToStream('raw', event())).rejects.toMatchObject({ code: clientInternal })
    await appendTo(store, 'two')
  })

  test('go alone and ask for no features: neither call reaches the server', async () => {
    const store = await open()
    await appendTo(store, 'one', 100)
    expect(['append', 'batchAppend', 'features'].map((call) => rig.double.count(call as 'append'))).toEqual([
      1, 0, 0,
    ])
  })

  test('of nothing are refused; the client tells that they are done', async () => {
    expect(await rawClient().appendToStream('empty', [])).toMatchObject({ success: true })
    const store = await open()
    const nothing = [] as unknown as ReturnType<typeof newEvents>
    expect(await tag(store.append(one, noStream, nothing))).toBe('InvalidRequest')
    expect(rig.double.count('append')).toBe(0)
  })
})

describe('errors', () => {
  test('of connecting have no class in the client, and are told as Unavailable', async () => {
    const store = await open(rig.proxy.url())
    const client = rawClient(rig.proxy.url())
    await rig.proxy.pause()
    const error: unknown = await client.appendToStream('raw', event()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 14 })
    expect(error).not.toHaveProperty('type')
    for (let round = 0; round < 2; round++) await store.append(one, noStream, newEvents(1))()
    expect(await tag(store.append(one, noStream, newEvents(1)))).toBe('Unavailable')
    expect(await tag(store.readAll(O.none, 1))).toBe('Unavailable')
    await rig.proxy.resume()
    await appendTo(store, 'one')
  })

  test('of a single event that is too large are unknown to the client, and told as TooLarge', async () => {
    const strict = await startRig({ eventBytesMax: 2_000 })
    const client = EventStoreDBClient.connectionString(strict.double.url())
    const large = { ...event(), data: { text: 'x'.repeat(3_000) } }
    const error: unknown = await client.appendToStream('raw', large).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ type: 'unknown' })
    const store = await openStore(strict.double.url())
    const events = [newEvent(), newEvent({ data: `"${'x'.repeat(3_000)}"` })] as const
    expect(await store.append(one, noStream, events)()).toMatchObject({
      left: { _tag: 'TooLarge', index: 1, bytesMax: 2_000 },
    })
    await Promise.all([store.close(), client.dispose()])
    await strict.stop()
  })

  test('of an append that is too large for the server are told as TooLarge with its limit', async () => {
    const strict = await startRig({ appendBytesMax: 10_000 })
    const store = await openStore(strict.double.url())
    expect(await store.append(one, noStream, newEvents(200))()).toMatchObject({
      left: { _tag: 'TooLarge', bytesMax: 10_000 },
    })
    expect(await got(store.readAll(O.none, 10))).toMatchObject({ events: [], complete: true })
    await store.close()
    await strict.stop()
  })

  test('of size come before anything is sent where an append is above 1 MiB', async () => {
    const store = await open()
    const quarter = () => newEvent({ data: `"${'x'.repeat(250 * 1024)}"` })
    const events = [quarter(), quarter(), quarter(), quarter(), quarter()] as const
    expect(await store.append(one, noStream, events)()).toMatchObject({
      left: { _tag: 'TooLarge', index: 4, bytesMax: 1024 * 1024 },
    })
    expect(rig.double.count('append')).toBe(0)
    await got(store.append(one, noStream, [quarter(), quarter(), quarter(), quarter()]))
  })
})

describe('reads', () => {
  test('backwards begin at the end; those of the client at the beginning unless they say so', async () => {
    const store = await open()
    await appendTo(store, 'one', 5)
    const raw = []
    for await (const { event: read } of rawClient().readStream('detrics-one', { direction: 'backwards' }))
      raw.push(read?.revision)
    expect(raw).toEqual([0n])
    const page = await got(store.readStream({ stream: one, direction: 'backwards', from: 'end', limit: 2 }))
    expect(page.events.map((read) => read.revision)).toEqual([4n, 3n])
  })

  test('leave no call open; one of the client does when it is left', async () => {
    const store = await open()
    await appendTo(store, 'one', 20)
    const client = rawClient()
    // More than the server sends ahead of a client that does not read.
    for (let n = 0; n < 20; n++)
      await client.appendToStream(
        'raw',
        Array.from({ length: 40 }, () => ({ ...event(), data: { text: 'x'.repeat(20_000) } })),
      )
    for await (const _ of client.readAll()) break
    expect(rig.double.openReads()).toBe(1)
    for (let n = 0; n < 20; n++) {
      await got(store.readAll(O.none, 1))
      await got(store.readStream({ stream: one, direction: 'forwards', from: 'start', limit: 1 }))
      await got(store.readStream({ stream: one, direction: 'backwards', from: revision(3), limit: 2 }))
    }
    await until(() => rig.double.openReads() <= 1)
    expect(rig.double.openReads()).toBe(1)
  })
})

describe('subscriptions', () => {
  test.each([
    ['an error', 14],
    ['a cancelled stream', 1],
    ['an end without an error', undefined],
  ])('go on after %s; one of the client is silent for good', async (_, code) => {
    const store = await open()
    const { messages, cancel } = await got(store.subscribe(O.none))
    const iterator = messages[Symbol.asyncIterator]()
    expect(await iterator.next()).toMatchObject({ value: { _tag: 'CaughtUp' } })
    const waiting = iterator.next()
    const raw = rawClient().subscribeToAll({ fromPosition: 'end' })
    let heard = 0
    raw.on('data', () => (heard += 1)).on('error', () => undefined)
    await until(() => rig.double.subscriptions() === 2)

    rig.double.dropSubscriptions(code)
    await until(() => rig.double.count('subscribeToAll') >= 3 && rig.double.subscriptions() === 1)
    const { position } = await appendTo(store, 'one')
    expect(await waiting).toMatchObject({ value: { _tag: 'Events', events: [{ position }] } })
    expect(heard).toBe(0)
    await cancel()
  })

  test('are told of new events by the server, and not only by looking now and then', async () => {
    const [reader, writer] = [await open(), await open()]
    const { messages, cancel } = await got(reader.subscribe(O.none))
    const iterator = messages[Symbol.asyncIterator]()
    await iterator.next()
    const rounds = 20
    const begun = performance.now()
    for (let n = 0; n < rounds; n++) {
      const arrival = iterator.next()
      await got(writer.append(one, n === 0 ? noStream : at(revision(n - 1)), newEvents(1)))
      expect(await arrival).toMatchObject({ value: { _tag: 'Events' } })
      expect(await iterator.next()).toMatchObject({ value: { _tag: 'CaughtUp' } })
    }
    // Looking takes a quarter of a second on average.
    expect(performance.now() - begun).toBeLessThan(rounds * 125)
    await cancel()
  })

  test('are not stalled by checkpoints, which come where nothing matches', async () => {
    const store = await open()
    const { messages, cancel } = await got(store.subscribe(O.none))
    const iterator = messages[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await until(() => rig.double.subscriptions() === 1)
    let checkpoints = 0
    const filter = streamNameFilter({
      prefixes: ['detrics-'],
      checkpointReached: () => void (checkpoints += 1),
    })
    const raw = rawClient().subscribeToAll({ fromPosition: 'end', filter })
    raw.on('data', () => undefined).on('error', () => undefined)
    await until(() => rig.double.subscriptions() === 2)
    await rawClient().appendToStream('foreign', Array.from({ length: 500 }, event))
    await until(() => checkpoints > 10)
    await appendTo(store, 'one')
    expect(await waiting).toMatchObject({ value: { _tag: 'Events' } })
    await cancel()
  })

  test('are gone from the server when the store is closed', async () => {
    const store = await open(rig.double.url(), freshPrefix())
    const { messages } = await got(store.subscribe(O.none))
    const iterator = messages[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await until(() => rig.double.subscriptions() === 1)
    await store.close()
    expect(await waiting).toMatchObject({ value: { _tag: 'Dropped', reason: { _tag: 'Closed' } } })
    await until(() => rig.double.subscriptions() === 0)
    expect(rig.double.openReads()).toBe(0)
  })
})

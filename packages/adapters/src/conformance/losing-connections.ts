import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { noStream } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, StoreError, StreamId } from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { follow, untilCaughtUp } from './following.js'
import { holdsConnected, reached, whenReachable } from './connected.js'
import { answered, turns, underWay } from './guarantee.js'
import type { EventStoreGuarantee, Handles } from './guarantee.js'
import type { ConnectionHooks } from './harness.js'
import { appendSingly, batch, idsOf, newEvent, ok, stream, wholeLog } from './steps.js'
import type { Batch } from './steps.js'

const one = stream('one')
const calls = 12

interface Attempt {
  readonly name: StreamId
  readonly events: Batch
}

const attempts = (prefix: string): ReadonlyArray<Attempt> =>
  Array.from({ length: calls }, (_, index) => ({ name: stream(`${prefix}-${index}`), events: batch(2) }))

const tell = (result: E.Either<AppendError, Appended>): string =>
  E.isRight(result) ? result.right.outcome : result.left._tag

/** Makes appends, drops the connection under them, and sends each again: whatever was said, one copy is stored. */
const showOneCopy = async (
  { store, other }: Handles,
  connection: ConnectionHooks,
  { made, drop }: { readonly made: ReadonlyArray<Attempt>; readonly drop: () => Promise<void> },
): Promise<void> => {
  const running = made.map(({ name, events }) => underWay(answered(store.append(name, noStream, events)())))
  await drop()
  const said = (await Promise.all(running)).map(tell)
  const stored = new Set<string>(idsOf((await reached(other.readAll(O.none, 10_000), connection)).events))
  for (const [index, { name, events }] of made.entries()) {
    const first = said[index] ?? 'nothing'
    assert.ok(['Appended', 'OutcomeUnknown', 'Unavailable'].includes(first), first)
    const isStored = stored.has(events[0].id)
    if (first === 'Appended') assert.ok(isStored, 'an acknowledged append is gone')
    if (first === 'Unavailable') assert.ok(!isStored, 'an append that was said not to be written is there')
    const again = tell(await whenReachable(store.append(name, noStream, events), connection))
    const expected = first === 'Appended' ? ['AlreadyAppended'] : ['Appended', 'AlreadyAppended']
    assert.ok(expected.includes(again), `${first}, then ${again}`)
  }
  const ids = made.flatMap(({ events }) => idsOf(events))
  const log = idsOf((await reached(other.readAll(O.none, 10_000), connection)).events)
  assert.deepEqual(log.filter((id) => ids.includes(id)).toSorted(), ids.toSorted())
}

/** What each call answers, in time. */
const answersOf = async (store: EventStore, withinMs: number): Promise<ReadonlyArray<string>> => {
  const query = { stream: one, direction: 'forwards', from: 'start', limit: 1 } as const
  const tags = [
    store.append(stream('away'), noStream, [newEvent()]),
    store.readStream(query),
    store.readAll(O.none, 1),
  ].map(async (task: TaskEither<StoreError, unknown>) => {
    const result = await answered(task(), withinMs)
    return E.isRight(result) ? 'a result' : result.left._tag
  })
  return Promise.all(tags)
}

export const losingGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holdsConnected(
    'an append whose connection is lost is in doubt or not written, and its retry is stored once',
    async (handles, connection) => {
      await ok(handles.store.append(one, noStream, batch(2)))
      await showOneCopy(handles, connection, { made: attempts('at-once'), drop: connection.interrupt })
      const drop = async (): Promise<void> => {
        await turns(3)
        await connection.interrupt()
      }
      await showOneCopy(handles, connection, { made: attempts('later'), drop })
    },
  ),
  holdsConnected('a read whose connection is lost is Unavailable or right', async ({ store }, connection) => {
    await ok(store.append(one, noStream, batch(20)))
    const log = await wholeLog(store)
    const running = Array.from({ length: calls }, () => underWay(answered(store.readAll(O.none, 100)())))
    await turns(1)
    await connection.interrupt()
    for (const result of await Promise.all(running))
      if (E.isRight(result)) assert.deepEqual(result.right.events, log)
      else assert.equal(result.left._tag, 'Unavailable')
  }),
  holdsConnected(
    'after a lost connection the same handles work again',
    async ({ store, other }, connection) => {
      for (let round = 0; round < 3; round++) {
        await connection.interrupt()
        await reached(store.append(stream(`round-${round}`), noStream, batch(2)), connection)
        assert.equal((await reached(other.readAll(O.none, 100), connection)).events.length, 2 * (round + 1))
        assert.deepEqual(
          (
            await reached(
              store.readStream({ stream: one, direction: 'forwards', from: 'start', limit: 1 }),
              connection,
            )
          ).events,
          [],
        )
      }
    },
  ),
  holdsConnected(
    'while the server is away every call is Unavailable, in time',
    async ({ store }, connection) => {
      await appendSingly(store, one, 2)
      await connection.stopServer()
      try {
        // The first calls may find out only by their own failure that the connection is gone.
        const [append, ...reads] = await answersOf(store, connection.answersWithinMs)
        assert.ok(append === 'OutcomeUnknown' || append === 'Unavailable', append)
        assert.deepEqual(reads, ['Unavailable', 'Unavailable'])
        assert.deepEqual(
          await answersOf(store, connection.answersWithinMs),
          Array.from({ length: 3 }, () => 'Unavailable'),
        )
      } finally {
        await connection.startServer()
      }
      assert.equal((await reached(store.readAll(O.none, 10), connection)).events.length, 2)
    },
  ),
  holdsConnected(
    'what was acknowledged is there after a restart of the server',
    async ({ store, other }, connection) => {
      await appendSingly(store, one, 5)
      const before = await wholeLog(store)
      await connection.stopServer()
      await connection.startServer()
      assert.deepEqual((await reached(other.readAll(O.none, 10), connection)).events, before)
      await reached(store.append(stream('two'), noStream, batch(2)), connection)
      assert.deepEqual((await wholeLog(other)).slice(0, 5), before)
    },
  ),
  holdsConnected(
    'closing a handle whose connection was lost ends everything, in time',
    async (handles, connection) => {
      await appendSingly(handles.store, one, 2)
      await showClosing(handles, connection, connection.interrupt)
    },
  ),
  holdsConnected(
    'closing a handle while the server is away ends everything, in time',
    async (handles, connection) => {
      await appendSingly(handles.store, one, 2)
      try {
        await showClosing(handles, connection, connection.stopServer)
      } finally {
        await connection.startServer()
      }
    },
  ),
]

const showClosing = async (
  { harness }: Handles,
  { answersWithinMs }: ConnectionHooks,
  drop: () => Promise<void>,
): Promise<void> => {
  const handle = await harness.reopen()
  const follower = await follow(harness, handle)
  assert.equal((await untilCaughtUp(follower)).length, 2)
  const last = underWay(follower.next())
  const running = attempts('closing').flatMap(({ name, events }) => [
    underWay(answered(handle.append(name, noStream, events)())),
    underWay(answered(handle.readAll(O.none, 10)())),
  ])
  await drop()
  await answered(handle.close(), answersWithinMs)
  await Promise.all(running)
  const message = await last
  assert.ok(message !== 'end' && message._tag === 'Dropped')
  assert.equal(await follower.next(), 'end')
}

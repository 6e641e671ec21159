import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, NewEvent } from '@detrics/keys-domain'
import { openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { seededFaults, withFaults } from '@detrics/keys-adapters/conformance'
import { inFolder, opened } from './harness.js'
import { got, newEvent, newEvents, streamId } from './steps.js'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000)
const one = streamId('one')

const tell = (result: E.Either<AppendError, Appended>): string =>
  E.isRight(result) ? result.right.outcome : result.left._tag

/** Two handles on one log, as two processes have them. */
const twoHandles = (work: (first: EventStore, second: EventStore) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db')
    const stores = [
      await opened(openSqliteEventStore({ file })),
      await opened(openSqliteEventStore({ file })),
    ]
    await work(stores[0]!, stores[1]!)
    await Promise.all(stores.map((store) => store.close()))
  })

const idsIn = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await got(store.readAll(O.none, 10_000))).events.map(({ id }) => id)

test('a reply that is lost after the commit is OutcomeUnknown, and the retry through either handle gives one copy', () =>
  twoHandles(async (first, second) => {
    const losing = withFaults(first, { append: (call) => (call === 0 ? 'reply-lost' : 'none') })
    const events = newEvents(3)
    expect(tell(await losing.append(one, noStream, events)())).toBe('OutcomeUnknown')
    for (const store of [losing, second, first])
      expect(tell(await store.append(one, noStream, events)())).toBe('AlreadyAppended')
    expect(await idsIn(second)).toEqual(events.map(({ id }) => id))
  }))

test('a retry through one handle while the other is still appending the same bytes gives one copy', () =>
  twoHandles(async (first, second) => {
    const events = newEvents(2)
    const results = await Promise.all(
      [first, second, first, second].map((store) => store.append(one, noStream, events)()),
    )
    expect(results.map(tell).toSorted()).toEqual([
      'AlreadyAppended',
      'AlreadyAppended',
      'AlreadyAppended',
      'Appended',
    ])
    expect(await idsIn(first)).toEqual(events.map(({ id }) => id))
  }))

const callers = 32
const appendsEach = 12
const attemptsMax = 100

/** Many callers with two handles each, which lose replies; `again` makes the bytes of a retry. */
const appendAll = async (
  stores: readonly [EventStore, EventStore],
  again: (event: NewEvent) => NewEvent,
): Promise<{ readonly ids: ReadonlyArray<string>; readonly lost: number }> => {
  const faulty = stores.map((store, index) =>
    withFaults(store, seededFaults(seed + index, { notWritten: 0.1, replyLost: 0.3, readFailed: 0 })),
  )
  const ids: Array<string> = []
  let lost = 0
  const call = async (_: unknown, caller: number): Promise<void> => {
    let expected = noStream
    for (let number = 0; number < appendsEach; number++) {
      let event = newEvent()
      ids.push(event.id)
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        // Each attempt through the other handle, as when another process takes the work over.
        const store = faulty[attempt % 2]!
        const result = await store.append(streamId(`s-${caller}`), expected, [event])()
        if (E.isRight(result)) {
          expected = at(result.right.last)
          break
        }
        if (result.left._tag === 'WrongExpectedRevision') {
          expected = O.isSome(result.left.actual) ? at(result.left.actual.value) : noStream
          break
        }
        if (result.left._tag === 'OutcomeUnknown') lost += 1
        event = again(event)
      }
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { ids, lost }
}

test('every event is stored exactly once when many callers lose replies and send the same bytes again', () =>
  twoHandles(async (first, second) => {
    const { ids, lost } = await appendAll([first, second], (event) => event)
    process.stdout.write(`lost replies: seed ${seed}, ${ids.length} events, ${lost} replies lost\n`)
    expect((await idsIn(first)).toSorted()).toEqual(ids.toSorted())
    expect(lost).toBeGreaterThan(50)
  }))

test('the same test sees that a retry under a new id is no retry', () =>
  twoHandles(async (first, second) => {
    const { ids } = await appendAll([first, second], (event) => newEvent({ data: event.data }))
    expect((await idsIn(first)).toSorted()).not.toEqual(ids.toSorted())
  }))

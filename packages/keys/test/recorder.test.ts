import { describe, expect, test } from '@jest/globals'
import { memoryEventStore } from '@detrics/keys-adapters/memory'
import {
  decodeUses,
  outcomeUnknown,
  unavailable,
  type EventStore,
  type Instant,
  type KeyId,
  type Use,
  type UsesRecorded,
  type WorkspaceId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { systemClock, uuidIds } from '../src/ports/index.js'
import { groups } from '../src/recording/groups.js'
import { useRecorder } from '../src/recording/recorder.js'
import { gate, right } from './harness.js'

const use = (part: Partial<Use> = {}): Use => ({
  workspaceId: 'acme' as WorkspaceId,
  keyId: '0192f0c5-7b3a-7c31-8a44-c0ffee000001' as KeyId,
  action: 'whoami',
  outcome: 'accepted',
  at: 1_000 as Instant,
  ...part,
})

interface Appended {
  readonly stream: string
  readonly uses: ReadonlyArray<UsesRecorded>
}

/** A store that shows what was appended, and can hold the appends up. */
const observed = (hold: () => Promise<void> = () => Promise.resolve()) => {
  const store = memoryEventStore()
  const begun: Array<number> = []
  const append: EventStore['append'] = (stream, expected, events) => async () => {
    begun.push(events.length)
    await hold()
    return store.append(stream, expected, events)()
  }
  const appended = async (): Promise<ReadonlyArray<Appended>> => {
    const { events } = await right(store.readAll(O.none, 10_000))
    return events.map((event) => {
      const uses = decodeUses(event)
      if (E.isLeft(uses)) throw new Error('a use that cannot be read')
      return { stream: event.stream, uses: [uses.right] }
    })
  }
  const recorder = useRecorder({ store: { append }, clock: systemClock, ids: uuidIds })
  return { recorder, begun, appended }
}

describe('the recorder', () => {
  test('stores a use before it resolves', async () => {
    const { recorder, appended } = observed()
    await right(recorder.record(use()))
    expect(await appended()).toHaveLength(1)
    await recorder.close()
  })

  test('stores together what comes while an append is under way, equal uses as one with their count', async () => {
    const release = gate()
    const { recorder, begun, appended } = observed(() => release.passed)
    const first = recorder.record(use())()
    await Promise.resolve()
    const others = [
      ...Array.from({ length: 100 }, (_, ms) => use({ at: (2_000 + ms) as Instant })),
      ...Array.from({ length: 10 }, () => use({ client: 'Codex' })),
      use({ outcome: 'revoked' }),
    ].map((each) => recorder.record(each)())
    release.open()
    const results = await Promise.all([first, ...others])
    expect(results.every(E.isRight)).toBe(true)
    expect(begun).toEqual([1, 3])
    const stored = (await appended()).flatMap(({ uses }) => uses)
    expect(stored.map(({ count, firstAt, lastAt }) => [count, firstAt, lastAt])).toEqual([
      [1, 1_000, 1_000],
      [100, 2_000, 2_099],
      [10, 1_000, 1_000],
      [1, 1_000, 1_000],
    ])
    await recorder.close()
  })

  test('writes each workspace into a stream of its own, which no other recorder writes', async () => {
    const { recorder, appended } = observed()
    const other = { workspaceId: 'other' as WorkspaceId }
    await Promise.all([use(), use(other), use(), use(other)].map((each) => right(recorder.record(each))))
    const streams = new Set((await appended()).map(({ stream }) => stream))
    expect(streams.size).toBe(2)
    expect(Array.from(streams).every((stream) => /^activity-(acme|other)\.[0-9a-f-]{36}$/.test(stream))).toBe(
      true,
    )
    await recorder.close()
  })

  test('does not let one workspace wait for the append of another', async () => {
    const store = memoryEventStore()
    const release = gate()
    const append: EventStore['append'] = (stream, expected, events) => async () => {
      if (stream.startsWith('activity-slow.')) await release.passed
      return store.append(stream, expected, events)()
    }
    const recorder = useRecorder({ store: { append }, clock: systemClock, ids: uuidIds })
    const slow = recorder.record(use({ workspaceId: 'slow' as WorkspaceId }))()
    await right(recorder.record(use()))
    release.open()
    expect(await slow).toEqual(E.right(undefined))
    await recorder.close()
  })

  test('stores what was counted together with the next use, and at closing', async () => {
    const { recorder, begun, appended } = observed()
    recorder.count(use({ outcome: 'wrong-secret' }))
    recorder.count(use({ outcome: 'wrong-secret' }))
    expect(begun).toEqual([])
    await right(recorder.record(use()))
    recorder.count(use({ outcome: 'wrong-secret' }))
    await recorder.close()
    await recorder.close()
    const stored = (await appended()).flatMap(({ uses }) => uses)
    expect(stored.map(({ outcome, count }) => `${outcome} ${count}`)).toEqual([
      'wrong-secret 2',
      'accepted 1',
      'wrong-secret 1',
    ])
  })

  test('refuses further uses rather than keep without bound what cannot be stored', async () => {
    const release = gate()
    const { recorder, begun } = observed(() => release.passed)
    const results = Array.from({ length: 1_100 }, (_, count) =>
      recorder.record(use({ action: `tool ${count}` }))(),
    )
    release.open()
    const settled = await Promise.all(results)
    expect(settled.filter(E.isRight).length).toBeGreaterThanOrEqual(400)
    expect(settled.at(-1)).toEqual(E.left({ _tag: 'NotRecorded', cause: 'too many uses wait' }))
    expect(Math.max(...begun)).toBeLessThanOrEqual(1_000)
    await recorder.close()
  })

  test('counts every one of a flood of refused uses, and keeps room for accepted ones', async () => {
    const release = gate()
    const { recorder, appended } = observed(() => release.passed)
    const first = recorder.record(use())()
    await Promise.resolve()
    const flood = Array.from({ length: 3_000 }, (_, n) =>
      recorder.record(use({ outcome: 'revoked', action: `x${n}`, client: `y${n}` }))(),
    )
    const accepted = recorder.record(use({ client: 'Codex' }))()
    release.open()
    const results = await Promise.all([first, ...flood, accepted])
    expect(results.every(E.isRight)).toBe(true)
    const stored = (await appended()).flatMap(({ uses }) => uses)
    const total = stored
      .filter(({ outcome }) => outcome === 'revoked')
      .reduce((sum, { count }) => sum + count, 0)
    expect(total).toBe(3_000)
    expect(stored.length).toBeLessThan(500)
    expect(stored.find(({ action }) => action === '(other)')).toMatchObject({
      count: 2_600,
      outcome: 'revoked',
    })
    await recorder.close()
  })

  /** Time passes with each look at it, so that attempts end without waiting. */
  const hasty = () => {
    let now = 0
    return { ...systemClock, monotonicMs: () => (now += 500), pause: () => () => Promise.resolve() }
  }

  test('keeps what was refused while the store is away, and forgets what was not carried out', async () => {
    const store = memoryEventStore()
    let isAway = true
    const append: EventStore['append'] = (...given) =>
      isAway ? () => Promise.resolve(E.left(unavailable('away'))) : store.append(...given)
    const recorder = useRecorder({ store: { append }, clock: hasty(), ids: uuidIds })
    for (const outcome of ['revoked', 'accepted', 'revoked'] as const)
      expect(E.isLeft(await recorder.record(use({ outcome }))())).toBe(true)
    recorder.count(use({ outcome: 'wrong-secret' }))
    isAway = false
    await recorder.close()
    const { events } = await right(store.readAll(O.none, 10))
    const kept = events.map(decodeUses).map((each) => (E.isRight(each) ? each.right : undefined))
    expect(kept.map((each) => [each?.outcome, each?.count])).toEqual([
      ['revoked', 2],
      ['wrong-secret', 1],
    ])
  })

  test('sends the identical bytes again after an append of which it is not known what became', async () => {
    const store = memoryEventStore()
    let isReplyLost = true
    const sent: Array<string> = []
    const append: EventStore['append'] = (stream, expected, events) => async () => {
      sent.push(JSON.stringify(events))
      const appended = await store.append(stream, expected, events)()
      return isReplyLost ? E.left(outcomeUnknown('cut')) : appended
    }
    const recorder = useRecorder({ store: { append }, clock: hasty(), ids: uuidIds })
    expect(await recorder.record(use({ outcome: 'revoked' }))()).toMatchObject({ left: { cause: 'cut' } })
    isReplyLost = false
    await right(recorder.record(use()))
    expect(new Set(sent.slice(0, -1)).size).toBe(1)
    const { events } = await right(store.readAll(O.none, 10))
    expect(events).toHaveLength(2)
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(1)
    await recorder.close()
  })

  test('tells why a use was not stored', async () => {
    const store = { append: () => () => Promise.resolve(E.left(unavailable('disk is full'))) }
    const clock = { ...systemClock, pause: () => () => Promise.resolve() }
    const recorder = useRecorder({ store, clock, ids: uuidIds })
    expect(await recorder.record(use())()).toEqual(E.left({ _tag: 'NotRecorded', cause: 'disk is full' }))
    await recorder.close()
  })
})

test('groups lose no use and mix no two that differ', () => {
  const uses = fc.array(
    fc.record({
      action: fc.constantFrom('a', 'b'),
      outcome: fc.constantFrom('accepted', 'revoked', 'expired'),
      client: fc.constantFrom('x', 'y', undefined),
      address: fc.constantFrom('x', undefined),
    }),
  )
  const identity = ({ action, outcome, client, address }: Partial<UsesRecorded>): string =>
    [action, outcome, client, address].map((part) => part ?? '-').join()
  fc.assert(
    fc.property(uses, (given) => {
      const waiting = groups()
      given.forEach((each, at) => waiting.add(use({ ...(each as Partial<Use>), at: at as Instant })))
      const taken = waiting.take()
      const expected = new Map<string, number>()
      for (const each of given as ReadonlyArray<Partial<UsesRecorded>>)
        expected.set(identity(each), (expected.get(identity(each)) ?? 0) + 1)
      expect(new Map(taken.map((group) => [identity(group), group.count]))).toEqual(expected)
      expect(waiting.take()).toEqual([])
    }),
  )
})

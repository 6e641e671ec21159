import { openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { at, noStream, revision } from '@detrics/keys-domain'
import type { Appended, EventStore, Position, RecordedEvent, StreamId } from '@detrics/keys-domain'
import { afterAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { join } from 'node:path'
import { temporaryFolder } from '../support/processes.js'
import { seed, seededRandom } from '../support/random.js'
import { batchOf, callers, streamOf } from '../support/sqlite-batches.mjs'
import { checkCaller, runAndKill, type CallerFinding, type Run } from '../support/sqlite-run.js'

/** More of them by the environment, for a long run. */
const kills = Number(process.env['SQLITE_KILLS'] ?? 200)
/** Of the kills, those that a process does itself between a commit and the reply to it. */
const haltedShare = 0.3
/** Processes at once on one file, so that kills also hit who waits for the lock, and who takes it over. */
const lanes = 2
const runMsMax = 30
const controlKillsMax = 20

const folder = temporaryFolder()
afterAll(() => {
  folder.remove()
})

const rightOf = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const open = async (file: string): Promise<EventStore> => rightOf(await openSqliteEventStore({ file })())

/** Follows the whole log from outside, and keeps the events of each stream until they are taken. */
const logFollower = (store: EventStore) => {
  const streams = new Map<StreamId, Array<RecordedEvent>>()
  let after: O.Option<Position> = O.none
  const readOn = async (): Promise<void> => {
    for (;;) {
      const page = rightOf(await store.readAll(after, 10_000)())
      for (const event of page.events) {
        const events = streams.get(event.stream) ?? []
        events.push(event)
        streams.set(event.stream, events)
      }
      after = page.settled
      if (page.complete) return
    }
  }
  // One after the other: both lanes ask for it, and each event is kept once.
  let latest = Promise.resolve()
  const catchUp = (): Promise<void> => (latest = latest.then(readOn))
  const of = (stream: StreamId): ReadonlyArray<RecordedEvent> => streams.get(stream) ?? []
  return { catchUp, of, forget: (stream: StreamId) => streams.delete(stream) }
}

const everyCaller = Array.from({ length: callers }, (_, caller) => caller)

/** What a run left: how every caller's stream looks, before anything is tried again. */
const checkRun = (run: Run, log: ReturnType<typeof logFollower>): ReadonlyArray<CallerFinding> =>
  everyCaller.map((caller) => checkCaller(run, caller, log.of(streamOf(run.number, caller))))

const faultsOf = (findings: ReadonlyArray<CallerFinding>): ReadonlyArray<string> =>
  findings.flatMap(({ faults }) => faults)

/** The first batch of a caller that was not acknowledged, once more with the same bytes. */
const retry = async (store: EventStore, run: Run, caller: number): Promise<Appended> => {
  const batch = run.acknowledged[caller]?.length ?? 0
  const before = Array.from({ length: batch }, (_, each) => batchOf(run.number, caller, each).length)
  const first = before.reduce((sum, size) => sum + size, 0)
  const expected = first === 0 ? noStream : at(revision(first - 1))
  const append = store.append(streamOf(run.number, caller), expected, batchOf(run.number, caller, batch))
  return rightOf(await append())
}

/** A batch that had got into the log is recognised, every other one is appended, and there is one copy of each. */
const retryAll = async (
  store: EventStore,
  run: Run,
  findings: ReadonlyArray<CallerFinding>,
  log: ReturnType<typeof logFollower>,
): Promise<ReadonlyArray<string>> => {
  const outcomes = await Promise.all(everyCaller.map((caller) => retry(store, run, caller)))
  await log.catchUp()
  return everyCaller.flatMap((caller) => {
    const { acknowledged = 0, stored = 0 } = findings[caller] ?? {}
    const wanted = stored > acknowledged ? 'AlreadyAppended' : 'Appended'
    const { outcome, position } = outcomes[caller] ?? { outcome: undefined, position: '' }
    const stream = streamOf(run.number, caller)
    const positions = [...(run.acknowledged[caller] ?? []), position]
    const retried = { ...run, acknowledged: everyCaller.map(() => positions) }
    const { faults } = checkCaller(retried, caller, log.of(stream))
    const sizes = positions.map((_, batch) => batchOf(run.number, caller, batch).length)
    const isWhole = log.of(stream).length === sizes.reduce((sum, size) => sum + size, 0)
    log.forget(stream)
    return [
      ...(outcome === wanted ? [] : [`${outcome} where ${wanted} belongs`]),
      ...(isWhole ? faults : [...faults, 'not one copy of each batch']),
    ]
  })
}

test('whatever moment a process of 32 callers is killed at, nothing acknowledged is lost or doubled, no batch is torn, and a retry gives one copy', async () => {
  const random = seededRandom(seed)
  const file = join(folder.path, 'log.sqlite')
  const store = await open(file)
  const log = logFollower(store)
  const counts = { acknowledged: 0, unacknowledgedStored: 0, runsBetween: 0, groups: 0 }
  const begun = performance.now()
  let started = 0

  const lane = async (): Promise<void> => {
    while (started < kills) {
      const number = (started += 1)
      const isHalted = random() < haltedShare
      const killAfterCommits = isHalted ? 1 + Math.floor(random() * 300) : 0
      const run = await runAndKill(number, {
        file,
        how: 'as-it-should',
        killAfterCommits,
        killAfterMs: random() * runMsMax,
      })
      await log.catchUp()
      const findings = checkRun(run, log)
      expect([number, ...faultsOf(findings)]).toEqual([number])
      const between = findings.filter(({ acknowledged, stored }) => stored > acknowledged).length
      counts.acknowledged += findings.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
      counts.unacknowledgedStored += between
      counts.runsBetween += between > 0 ? 1 : 0
      counts.groups += between > 1 ? 1 : 0
      expect([number, ...(await retryAll(store, run, findings, log))]).toEqual([number])
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  await store.close()

  const seconds = Math.round((performance.now() - begun) / 1_000)
  console.log(
    `seed ${seed}: ${kills} kills in ${seconds} s; ${counts.acknowledged} acknowledged batches are all there once; ` +
      `${counts.runsBetween} kills between a commit and its reply, ${counts.groups} of them in a group, with ` +
      `${counts.unacknowledgedStored} batches that were stored and not acknowledged`,
  )
  expect(counts.runsBetween).toBeGreaterThanOrEqual(kills / 5)
  expect(counts.groups).toBeGreaterThanOrEqual(kills / 10)
}, 600_000)

describe('the same check sees', () => {
  test('the loss by a process that acknowledges before the commit', async () => {
    const random = seededRandom(seed)
    const file = join(folder.path, 'control.sqlite')
    const store = await open(file)
    const log = logFollower(store)
    let faults: ReadonlyArray<string> = []
    let number = 0
    while (faults.length === 0 && number < controlKillsMax) {
      number += 1
      const plan = { file, how: 'before-the-commit', killAfterCommits: 0 } as const
      const run = await runAndKill(number, { ...plan, killAfterMs: random() * runMsMax })
      await log.catchUp()
      faults = faultsOf(checkRun(run, log))
    }
    await store.close()
    console.log(`control: kill ${number} leaves ${faults.length} faults, the first is "${faults[0]}"`)
    expect(faults.filter((fault) => fault.startsWith('lost'))).not.toEqual([])
  }, 60_000)

  const run: Run = { number: 1, acknowledged: [['', '', '']] }
  const events = [0, 1, 2]
    .flatMap((batch) => [...batchOf(1, 0, batch)])
    .map((event, index) => ({
      ...event,
      stream: streamOf(1, 0),
      revision: revision(index),
      position: '' as Position,
      recordedAt: 0,
    }))
  test.each([
    ['nothing wrong where nothing is', events, undefined],
    ['a lost batch', events.slice(0, 3), /^lost: 1/],
    ['a torn batch', events.slice(0, 5), /^torn: 2 of 3/],
    ['an event that is there twice', [...events, ...events.slice(-1)], /another event|never submitted/],
    ['other bytes', events.map((event) => ({ ...event, data: '1' })), /another event/],
    ['a gap', events.map((event) => ({ ...event, revision: revision(event.revision + 1n) })), /revision/],
  ])('%s', (_, found, fault) => {
    const { faults } = checkCaller(run, 0, found)
    expect(faults[0] ?? '').toMatch(fault ?? /^$/)
  })
})

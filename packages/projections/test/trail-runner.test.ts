import { describe, expect, test } from '@jest/globals'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import {
  keyRingStream,
  unavailable,
  type AuditTrailStore,
  type NumberedTrailEntry,
  type WorkspaceId,
} from '@detrics/keys-domain'
import { catchUpTrail } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import {
  acme,
  appendTo,
  created,
  handWritten,
  other,
  readerOf,
  renamed,
  revoked,
  right,
  type HandWritten,
} from './harness.js'

const logId = 'log-1'

const linesOf = async (
  trail: AuditTrailStore,
  workspaceId: WorkspaceId = acme,
): Promise<ReadonlyArray<NumberedTrailEntry>> =>
  Array.from((await right(trail.page({ workspaceId, limit: 200 }))).entries).reverse()

const told = async (
  trail: AuditTrailStore,
  workspaceId: WorkspaceId = acme,
): Promise<ReadonlyArray<string>> =>
  (await linesOf(trail, workspaceId)).map(
    (line) => `${line.sequence} ${line.kind === 'used' ? line.action : line.kind}`,
  )

const sample = (): HandWritten => {
  const log = handWritten()
  log.ring(acme, created(1))
  log.use(acme, 1, 'first')
  log.ring(other, created(2))
  log.use(acme, 1, 'second')
  log.add('orders-7' as never, { type: 'OrderPlaced', schema: 3, data: '{}', metadata: '{}' })
  log.ring(acme, renamed(1, 'New'))
  log.ring(acme, revoked(1))
  log.use(acme, 1, 'third')
  return log
}
const sampleTold = ['1 created', '2 first', '3 second', '4 renamed', '5 revoked', '6 third']

describe('the audit trail', () => {
  test('has a line for each event of a workspace, in the order of the log, numbered from 1', async () => {
    const trail = memoryAuditTrailStore()
    await right(catchUpTrail(readerOf(sample()), trail, logId))
    expect(await told(trail)).toEqual(sampleTold)
    expect(await told(trail, other)).toEqual(['1 created'])
  })

  test('stops where the order is not final, and goes on when it is', async () => {
    const log = sample()
    const shape = { settledCount: 3 }
    const trail = memoryAuditTrailStore()
    const run = catchUpTrail(readerOf(log, shape), trail, logId)
    await right(run)
    expect(await told(trail)).toEqual(sampleTold.slice(0, 2))
    await right(run)
    expect(await told(trail)).toEqual(sampleTold.slice(0, 2))
    shape.settledCount = log.events.length
    await right(run)
    expect(await told(trail)).toEqual(sampleTold)
  })

  test('does not wait for what is not settled, however much of it there is', async () => {
    const log = sample()
    const trail = memoryAuditTrailStore()
    let reads = 0
    const { readAll } = readerOf(log, { settledCount: 2, pageMax: 3 })
    const bounded: typeof readAll = (after, limit) => {
      reads += 1
      if (reads > 20) throw new Error('it reads the same page again and again')
      return readAll(after, limit)
    }
    await right(catchUpTrail({ readAll: bounded }, trail, logId))
    expect(await told(trail)).toEqual(sampleTold.slice(0, 2))
  })

  test('shows nothing of a log of which nothing is settled', async () => {
    const trail = memoryAuditTrailStore()
    await right(catchUpTrail(readerOf(sample(), { settledCount: 0 }), trail, logId))
    expect(await told(trail)).toEqual([])
    expect(await right(trail.checkpoint)).toEqual(O.none)
  })

  test('resumes after its checkpoint, and reads nothing twice', async () => {
    const log = sample()
    const trail = memoryAuditTrailStore()
    const read: Array<string> = []
    const { readAll } = readerOf(log, { pageMax: 3 })
    const watched: typeof readAll = (after, limit) => async () => {
      const page = await readAll(after, limit)()
      if (E.isRight(page)) read.push(...page.right.events.map(({ position }) => position))
      return page
    }
    await right(catchUpTrail({ readAll: watched }, trail, logId))
    log.use(acme, 1, 'fourth')
    await right(catchUpTrail({ readAll: watched }, trail, logId))
    expect(read).toEqual(log.events.map(({ position }) => position))
    expect(await told(trail)).toEqual([...sampleTold, '7 fourth'])
  })

  test('has each line once, though several processes build it at once', async () => {
    const log = sample()
    for (let count = 0; count < 50; count += 1) log.use(acme, 1, `use ${count}`)
    const trail = memoryAuditTrailStore()
    const runners = [1, 2, 3, 4].map((pageMax) => catchUpTrail(readerOf(log, { pageMax }), trail, logId))
    await Promise.all(runners.map(right))
    const expected = [...sampleTold, ...Array.from({ length: 50 }, (_, count) => `${count + 7} use ${count}`)]
    expect(await told(trail)).toEqual(expected)
  })

  test('is rebuilt from the log line for line', async () => {
    const store = memoryEventStore()
    await appendTo(store, sample())
    const trail = memoryAuditTrailStore()
    await right(catchUpTrail(store, trail, logId))
    const first = await linesOf(trail)
    await right(trail.clear)
    await right(catchUpTrail(store, trail, logId))
    expect(await linesOf(trail)).toEqual(first)
    const elsewhere = memoryAuditTrailStore()
    await right(catchUpTrail(readerOf(sample(), { pageMax: 1 }), elsewhere, logId))
    expect(await linesOf(elsewhere)).toEqual(first)
  })

  test('of another log is dropped and built anew', async () => {
    const trail = memoryAuditTrailStore()
    const foreign = handWritten()
    for (let count = 0; count < 20; count += 1) foreign.use(acme, 9, 'foreign')
    await right(catchUpTrail(readerOf(foreign), trail, 'log-2'))
    await right(catchUpTrail(readerOf(sample()), trail, logId))
    expect(await told(trail)).toEqual(sampleTold)
    expect(await right(trail.checkpoint)).toMatchObject({ value: { logId } })
  })

  test.each([
    ['key ring', keyRingStream(acme), 'KeyRevoked'],
    ['activity', 'activity-acme.w2', 'UsesRecorded'],
  ])('stops at an event of a %s that it cannot read; nothing after it is shown', async (_, stream, type) => {
    const log = handWritten()
    log.ring(acme, created(1))
    log.ring(acme, renamed(1, 'New'))
    log.add(stream as never, { type, schema: 2, data: '{}', metadata: '{}' })
    log.ring(other, created(2))
    log.use(acme, 1, 'after')
    const trail = memoryAuditTrailStore()
    for (const pageMax of [1, 10, 1]) {
      const result = await catchUpTrail(readerOf(log, { pageMax }), trail, logId)()
      expect(result).toMatchObject({ left: { _tag: 'Unreadable', event: { stream, type, schema: 2 } } })
    }
    expect(await told(trail)).toEqual(['1 created', '2 renamed'])
    expect(await told(trail, other)).toEqual([])
  })

  test('says what failed, the log or itself, and is none the worse for it', async () => {
    const trail = memoryAuditTrailStore()
    const log = readerOf(sample())
    const gone = { readAll: () => () => Promise.resolve(E.left(unavailable('gone'))) }
    expect(await catchUpTrail(gone, trail, logId)()).toEqual(E.left(unavailable('gone')))
    await right(catchUpTrail(log, trail, logId))
    await trail.close()
    expect(await catchUpTrail(log, trail, logId)()).toEqual(E.left({ _tag: 'TrailClosed' }))
  })
})

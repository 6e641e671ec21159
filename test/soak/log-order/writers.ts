import { randomUUID } from 'node:crypto'
import { at, noStream, revision, type EventId, type EventStore, type StreamId } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { raw, type LogPlace, type Raw } from './raw.js'

/** What writers have done, and when they are to stop. */
export interface Ledger {
  readonly eventsMax: number
  /** Ids that were acknowledged, in the order of the acknowledgements. */
  readonly acknowledged: Array<string>
  aborted: number
  conflicts: number
}

export const ledgerOf = (eventsMax: number): Ledger => ({
  eventsMax,
  acknowledged: [],
  aborted: 0,
  conflicts: 0,
})

export const isEnough = ({ acknowledged, eventsMax }: Ledger): boolean => acknowledged.length >= eventsMax

/**
 * Lets writers work in bursts with a moment of silence between them: some mistakes of readers show only where no writer
 * is under way.
 */
export const bursts = (writers: number, ms: number) => {
  let waiting = 0
  let release = (): void => undefined
  let gate: Promise<void> = Promise.resolve()
  let until = performance.now() + ms
  let leaving = 0
  const open = (): void => {
    waiting = 0
    until = performance.now() + ms
    release()
  }
  const arrive = (): Promise<void> | undefined => {
    if (performance.now() < until) return undefined
    if (waiting === 0) gate = new Promise((resolve) => (release = resolve))
    waiting += 1
    const here = gate
    if (waiting >= writers - leaving) open()
    return here
  }
  /** A writer that has ended is not waited for. */
  const leave = (): void => {
    leaving += 1
    if (waiting > 0 && waiting >= writers - leaving) open()
  }
  return { arrive, leave }
}

export type Bursts = ReturnType<typeof bursts>

const data = JSON.stringify({ action: 'tools/call', count: 1, note: 'x'.repeat(120) })

interface WriterOptions {
  readonly random: () => number
  readonly ledger: Ledger
  readonly batchMax: number
  readonly bursts: Bursts
  /** Streams of this writer, and some that all writers share. */
  readonly streams: ReadonlyArray<string>
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Long transactions by the functions that the adapter appends with: delayed commits, aborts, events one by one. */
export const longTransactions = async (log: LogPlace, options: WriterOptions): Promise<void> => {
  const { random, ledger, bursts, streams, batchMax } = options
  const on = await raw(log.url)
  while (!isEnough(ledger)) {
    await bursts.arrive()
    const stream = streams[Math.floor(random() * streams.length)] ?? 'none'
    const size = 1 + Math.floor(random() * batchMax)
    const delayMs = random() < 0.03 ? 40 + random() * 60 : random() * 8
    try {
      await on.run('BEGIN')
      const ids = await drawn(on, log, stream, { size, betweenMs: random() < 0.3 ? 2 : 0 })
      await pause(delayMs)
      const isAborted = ids === undefined || random() < 0.1
      await on.run(isAborted ? 'ROLLBACK' : 'COMMIT')
      if (isAborted) ledger.aborted += 1
      else ledger.acknowledged.push(...ids)
    } catch {
      // Two writers of a shared stream met, and the database has let one of them win.
      await on.run('ROLLBACK')
      ledger.conflicts += 1
    }
  }
  bursts.leave()
  await on.close()
}

const drawn = async (
  { run }: Raw,
  { schema, lockBase }: LogPlace,
  stream: string,
  { size, betweenMs }: { readonly size: number; readonly betweenMs: number },
): Promise<ReadonlyArray<string> | undefined> => {
  const [[head = ''] = []] = await run(
    `SELECT coalesce(max(revision), -1) + 1 FROM ${schema}.events WHERE stream = $1`,
    [stream],
  )
  const ids: Array<string> = []
  for (let n = 0; n < size; n += 1) {
    const id = randomUUID()
    const values = [lockBase, stream, BigInt(head) + BigInt(n), id, 'Happened', 1, data, '{}']
    const [[position] = []] = await run(
      `SELECT ${schema}.append_event($1, $2, $3, $4, $5, $6, $7, $8)`,
      values,
    )
    if (position === null || position === undefined) return undefined
    ids.push(id)
    if (betweenMs > 0) await pause(betweenMs)
  }
  return ids
}

/** Appends through the adapter. */
export const adapterAppends = async (store: EventStore, options: WriterOptions): Promise<void> => {
  const { random, ledger, bursts, streams, batchMax } = options
  const heads = new Map<string, bigint>()
  while (!isEnough(ledger)) {
    await bursts.arrive()
    const stream = (streams[Math.floor(random() * streams.length)] ?? 'none') as StreamId
    const head = heads.get(stream)
    const [first, ...rest] = Array.from({ length: 1 + Math.floor(random() * batchMax) }, () => ({
      id: randomUUID() as string as EventId,
      type: 'Happened',
      schema: 1,
      data,
      metadata: '{}',
    }))
    if (first === undefined) continue
    const expected = head === undefined ? noStream : at(revision(head))
    const append = store.append(stream, expected, [first, ...rest])
    let appended = await append()
    // Behind long transactions of others on the same stream it can take too long; the same bytes are sent again.
    while (E.isLeft(appended) && /^(Unavailable|OutcomeUnknown)$/.test(appended.left._tag))
      appended = await append()
    if (E.isRight(appended)) {
      heads.set(stream, appended.right.last)
      ledger.acknowledged.push(first.id, ...rest.map(({ id }) => id))
      continue
    }
    if (appended.left._tag !== 'WrongExpectedRevision') throw new Error(JSON.stringify(appended.left))
    ledger.conflicts += 1
    if (appended.left.actual._tag === 'Some') heads.set(stream, appended.left.actual.value)
    else heads.delete(stream)
  }
  bursts.leave()
}

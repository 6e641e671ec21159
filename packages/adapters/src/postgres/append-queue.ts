import * as E from 'fp-ts/lib/Either.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { unavailable } from '@detrics/keys-domain'
import {
  commitEventsMax,
  commitLengthMax,
  lengthOf,
  waitingLengthMax,
  waitingMax,
  wrote,
} from '../shared/waiting-appends.js'
import type { AppendQueue, AppendResult, Waiting } from '../shared/waiting-appends.js'
import { readFault } from './fault.js'
import type { Fault } from './fault.js'
import type { LogWriter } from './log-writer.js'

/** Gives a writer whose session is alive; the first call, and each after a loss, connects within the time. */
export type OpenWriter = (withinMs: number) => Promise<E.Either<Fault, LogWriter>>

/** How long an append waits to be sent, behind others or for a connection. Its answer is waited for besides. */
const sendMs = 4_000

/**
 * Commits together what was asked for while the commit before was on its way, because waiting for the disk is what an
 * append costs. An append that finds nothing under way is sent in the same turn of the event loop.
 */
export const appendQueue = (openWriter: OpenWriter, appended: () => void): AppendQueue => {
  let waiting: Array<Waiting> = []
  let waitingLength = 0
  let writer: LogWriter | undefined
  let running: Promise<void> | undefined

  const take = (group: ReadonlyArray<Waiting>): void => {
    const taken = new Set(group)
    waiting = group.length === waiting.length ? [] : waiting.filter((call) => !taken.has(call))
    for (const { length } of group) waitingLength -= length
  }

  const answerAll = (group: ReadonlyArray<Waiting>, resultOf: (index: number) => AppendResult): void => {
    for (const [index, { answer }] of group.entries()) answer(resultOf(index))
  }

  /** Undefined where there is no connection; everybody who waits was told so. */
  const connect = async (oldest: Waiting): Promise<LogWriter | undefined> => {
    const opened = await openWriter(oldest.deadline - performance.now())
    if (E.isRight(opened)) return opened.right
    const group = waiting
    take(group)
    answerAll(group, () => E.left(readFault(opened.left)))
    return undefined
  }

  const commitGroup = async (group: RNEA.ReadonlyNonEmptyArray<Waiting>, by: LogWriter): Promise<void> => {
    take(group)
    const results = await by.append(RNEA.map(({ request }: Waiting) => request)(group))
    answerAll(group, (index) => results[index] ?? E.left(unavailable('no result')))
    // After the callers have gone on: telling others costs more than they should wait for.
    if (results.some(wrote)) setImmediate(appended)
  }

  const run = async (): Promise<void> => {
    // What is asked for in the same turn goes together.
    await Promise.resolve()
    for (let oldest = waiting[0]; oldest !== undefined; oldest = waiting[0]) {
      if (oldest.deadline <= performance.now()) {
        take([oldest])
        oldest.answer(E.left(unavailable('the appends before it took too long')))
      } else if (writer === undefined || writer.isLost()) writer = await connect(oldest)
      else await commitGroup(groupOf(oldest, waiting), writer)
    }
    running = undefined
  }

  const add: AppendQueue['add'] = (request) => {
    const length = lengthOf(request)
    const isFull = waiting.length >= waitingMax || waitingLength + length > waitingLengthMax
    if (isFull && waiting.length > 0)
      return Promise.resolve(E.left(unavailable('too many appends are waiting')))
    return new Promise((answer) => {
      waiting.push({ request, length, deadline: performance.now() + sendMs, answer })
      waitingLength += length
      running ??= run()
    })
  }

  return { add, drained: async () => running }
}

/** What goes into the next transaction: the oldest, then what fits its bounds, of each stream one request only. */
const groupOf = (first: Waiting, waiting: ReadonlyArray<Waiting>): RNEA.ReadonlyNonEmptyArray<Waiting> => {
  const group: [Waiting, ...Array<Waiting>] = [first]
  const streams = new Set([first.request.stream])
  let events = first.request.events.length
  let length = first.length
  for (const call of waiting.slice(1)) {
    // A later request to a stream rests on what becomes of the earlier one.
    if (streams.has(call.request.stream)) continue
    events += call.request.events.length
    length += call.length
    if (events > commitEventsMax || length > commitLengthMax) break
    streams.add(call.request.stream)
    group.push(call)
  }
  return group
}

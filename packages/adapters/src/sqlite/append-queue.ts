import * as E from 'fp-ts/lib/Either.js'
import { unavailable } from '@detrics/keys-domain'
import type { OutcomeUnknown, Unavailable } from '@detrics/keys-domain'
import type { AppendRequest } from '../shared/request.js'
import {
  commitEventsMax,
  commitLengthMax,
  lengthOf,
  waitingLengthMax,
  waitingMax,
  wrote,
} from '../shared/waiting-appends.js'
import type { AppendQueue, AppendResult, Waiting } from '../shared/waiting-appends.js'
import { lockPauseMs } from './busy.js'
import { sqliteUnavailable } from './log-writer.js'
import type { LogWriter } from './log-writer.js'

/**
 * Commits together what was asked for in the same turn of the event loop, because waiting for the disk is what an
 * append costs. A single append waits for nothing: its turn ends at once. A call larger than a bound goes alone.
 */
export const appendQueue = (writer: LogWriter, appended: () => void, lockDeadlineMs: number): AppendQueue => {
  const waiting: Array<Waiting> = []
  let waitingLength = 0
  let running = false
  let busyAttempts = 0
  /** How many of the first calls go one by one, after a fault by one of them that must not become a fault of all. */
  let alone = 0
  let whenIdle: Array<() => void> = []

  /** Answers the first calls that wait; calls are always answered in the order in which they came. */
  const answerFirst = (results: ReadonlyArray<AppendResult>): void => {
    for (const [index, call] of waiting.splice(0, results.length).entries()) {
      waitingLength -= call.length
      if (alone > 0) alone -= 1
      call.answer(results[index] ?? E.left(unavailable('no result')))
    }
  }

  const commitGroup = (): void => {
    const begun = writer.begin()
    if (E.isLeft(begun)) {
      busyAttempts = begun.left.busy ? busyAttempts + 1 : 0
      const lost = begun.left.busy ? countExpired(waiting) : waiting.length
      return answerFirst(waiting.slice(0, lost).map(() => E.left(sqliteUnavailable(begun.left))))
    }
    busyAttempts = 0
    const size = alone > 0 ? 1 : groupLength(waiting)
    const results = commitTogether(writer, waiting.slice(0, size), alone > 0 ? 'carefully' : 'boldly')
    if (results === undefined) {
      alone = size
      return
    }
    answerFirst(results)
    if (results.some(wrote)) appended()
  }

  const soon = soonRunner()

  const turn = (): void => {
    commitGroup()
    if (waiting.length > 0) return next()
    running = false
    busyAttempts = 0
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  const next = (): void => {
    running = true
    if (busyAttempts === 0) soon(turn)
    else setTimeout(turn, lockPauseMs(busyAttempts))
  }

  const add = (request: AppendRequest): Promise<AppendResult> => {
    const length = lengthOf(request)
    const isFull = waiting.length >= waitingMax || waitingLength + length > waitingLengthMax
    if (isFull && waiting.length > 0)
      return Promise.resolve(E.left(unavailable('too many appends are waiting')))
    return new Promise((answer) => {
      waiting.push({ request, length, deadline: performance.now() + lockDeadlineMs, answer })
      waitingLength += length
      if (!running) next()
    })
  }

  const drained = (): Promise<void> =>
    running ? new Promise((resolve) => whenIdle.push(resolve)) : Promise.resolve()

  return { add, drained }
}

const turnsAtOnceMax = 8

/**
 * Runs a piece of work when everything has run that was already due: what is asked for in this turn of the event loop,
 * or by those who hear their answers in it, goes together. That needs no turn of its own, which costs as much as half an
 * append; but each so many times one is let pass, since who appends in a loop must not keep all others from running.
 */
const soonRunner = (): ((work: () => void) => void) => {
  let atOnce = 0
  return (work) => {
    atOnce += 1
    if (atOnce < turnsAtOnceMax) void Promise.resolve().then(() => process.nextTick(work))
    else
      setImmediate(() => {
        atOnce = 0
        work()
      })
  }
}

/** One transaction; undefined where a fault ended it that only one of the calls need have met. */
const commitTogether = (
  writer: LogWriter,
  calls: ReadonlyArray<Waiting>,
  how: 'boldly' | 'carefully',
): ReadonlyArray<AppendResult> | undefined => {
  const results = calls.map(({ request }) => writer.append(request, how))
  if (writer.isLost()) return how === 'carefully' ? results : undefined
  const committed = writer.commit()
  return E.isLeft(committed) ? results.map(afterFailure(committed.left)) : results
}

/** How many of the calls that wait go into the next transaction: at least one, then what fits its bounds. */
const groupLength = (waiting: ReadonlyArray<Waiting>): number => {
  let events = 0
  let length = 0
  const tooMany = waiting.findIndex((call, index) => {
    events += call.request.events.length
    length += call.length
    return index > 0 && (events > commitEventsMax || length > commitLengthMax)
  })
  return tooMany < 0 ? waiting.length : tooMany
}

const countExpired = (waiting: ReadonlyArray<Waiting>): number => {
  const now = performance.now()
  const running = waiting.findIndex(({ deadline }) => deadline > now)
  return running < 0 ? waiting.length : running
}

/**
 * What a call of a transaction is told that was not committed. A refusal wrote nothing, but it may rest on what
 * another call of the group wrote, which is now gone or in doubt: it is no answer any more.
 */
const afterFailure =
  (failure: Unavailable | OutcomeUnknown) =>
  (result: AppendResult): AppendResult =>
    E.left(E.isRight(result) ? failure : unavailable(failure.cause))

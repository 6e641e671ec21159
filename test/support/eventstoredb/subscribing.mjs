/**
 * Subscriptions: a cursor over the log that waits at its end. It reads only as fast as the client takes, so catching up
 * and going live are one thing, and a slow client falls back to reading from the log, as it does on the server.
 */
import { randomUUID } from 'node:crypto'
import * as answers from './answers.mjs'
import { resolve } from './reading.mjs'
import { stateOf } from './stream-state.mjs'

/** @param {import('./double.mjs').Context} context */
export const subscribe = (context, call, request) => {
  context.count(request.stream === undefined ? 'subscribeToAll' : 'subscribeToStream')
  call.write(answers.confirmationAnswer(randomUUID()))
  const cursor =
    request.stream === undefined ? cursorOfAll(context, request) : cursorOfStream(context, request)
  if (cursor.failure !== undefined) return call.emit('error', cursor.failure)
  const stopListening = context.log.listen(() => pump())
  let isEnded = false
  const end = () => {
    isEnded = true
    stopListening()
    context.subscriptions.delete(subscription)
  }
  const fail = (failure) => {
    if (isEnded) return
    end()
    call.emit('error', failure)
  }
  const subscription = { fail, finish: () => (end(), call.end()) }
  context.subscriptions.add(subscription)
  call.on('cancelled', end)

  let isWaiting = false
  const pump = () => {
    while (!isEnded && !isWaiting && !context.faults.isSilent) {
      const step = cursor.next()
      if (step === undefined) return
      if (step.failure !== undefined) return fail(step.failure)
      if (call.write(step.answer)) continue
      isWaiting = true
      call.once('drain', () => {
        isWaiting = false
        pump()
      })
    }
  }
  pump()
  return undefined
}

/*
 * A step of a cursor is an answer to send, a failure that ends it, or undefined where there is nothing more yet.
 */

/** Starts after the given revision and goes by revisions, since a stream may begin anywhere. */
const cursorOfStream = ({ log, age }, { stream, from, resolvesLinks }) => {
  const start = stateOf(log, stream)
  if (start.isTombstoned) return { failure: answers.streamDeleted(stream) }
  let next = from === 'start' ? 0n : from === 'end' ? start.head + 1n : from + 1n
  let isLive = false
  let hasTombstone = false

  const step = () => {
    if (hasTombstone) return { failure: answers.streamDeleted(stream) }
    const { isTombstoned, visible } = stateOf(log, stream)
    if (isTombstoned) {
      hasTombstone = true
      if (!age.deliversTombstones) return step()
      return { answer: answers.eventAnswer({ event: log.lastOf(stream) }, age.tellsPositionsInStreams) }
    }
    const record = visible().find(({ revision }) => revision >= next)
    if (record !== undefined) {
      next = record.revision + 1n
      return { answer: answers.eventAnswer(resolve(log, record, resolvesLinks), age.tellsPositionsInStreams) }
    }
    if (isLive || !age.saysCaughtUp) return undefined
    isLive = true
    return { answer: answers.caughtUpAnswer() }
  }
  return { next: step }
}

/** Starts after the given position; a filter's checkpoint tells how far it has looked, also where nothing matched. */
const cursorOfAll = ({ log, age }, { from, filter, resolvesLinks }) => {
  const found =
    from === 'start' ? -1 : from === 'end' || from >= log.end() ? log.records.length - 1 : log.indexAt(from)
  if (found === undefined) return { failure: answers.invalidPosition(age) }
  let next = found + 1
  let isLive = false
  let sinceCheckpoint = 0
  const pending = []

  const checkpoint = () => {
    sinceCheckpoint = 0
    const position = log.records[next - 1]?.position
    if (position !== undefined) pending.push(answers.checkpointAnswer(position))
  }
  const step = () => {
    for (;;) {
      const waiting = pending.shift()
      if (waiting !== undefined) return { answer: waiting }
      const record = log.records[next]
      if (record === undefined) {
        if (isLive) return undefined
        isLive = true
        if (filter !== undefined) checkpoint()
        if (age.saysCaughtUp) pending.push(answers.caughtUpAnswer())
        if (pending.length === 0) return undefined
        continue
      }
      next += 1
      sinceCheckpoint += 1
      const isWanted = filter === undefined || filter.matches(record)
      if (filter !== undefined && sinceCheckpoint >= filter.checkpointEvery) checkpoint()
      if (isWanted) return { answer: answers.eventAnswer(resolve(log, record, resolvesLinks), true) }
    }
  }
  return { next: step }
}

/** Streams.Read: reads and subscriptions, of one stream and of $all. */
import * as answers from './answers.mjs'
import { filterOf } from './filter.mjs'
import { readAll, readStream, resolve } from './reading.mjs'
import { subscribe } from './subscribing.mjs'
import { streams } from './stubs.mjs'

const { ReadReq } = streams
const { START, END } = ReadReq.Options.StreamOptions.RevisionOptionCase
const backwards = ReadReq.Options.ReadDirection.BACKWARDS

/** @param {import('./double.mjs').Context} context */
export const read = (context) => (call) => {
  context.track(call)
  const refusal = context.refusalOf(call)
  if (refusal !== undefined) return call.emit('error', refusal)
  if (context.faults.isSilent) return undefined
  const request = requestOf(call.request.getOptions())
  if (request.isSubscription) return subscribe(context, call, request)
  context.count(request.stream === undefined ? 'readAll' : 'readStream')
  return answer(context, call, request)
}

const requestOf = (options) => {
  const ofStream = options.getStream()
  const common = {
    isSubscription: options.hasSubscription(),
    isBackwards: options.getReadDirection() === backwards,
    resolvesLinks: options.getResolveLinks(),
    count: Number(options.getCount()),
    filter: filterOf(options.getFilter()),
  }
  if (ofStream !== undefined) {
    const stream = Buffer.from(ofStream.getStreamIdentifier().getStreamName_asU8()).toString('utf8')
    const from = { [START]: 'start', [END]: 'end' }[ofStream.getRevisionOptionCase()]
    return { ...common, stream, from: from ?? BigInt(ofStream.getRevision()) }
  }
  const all = options.getAll()
  const position = all.getPosition()
  const from =
    position === undefined ? (all.hasStart() ? 'start' : 'end') : BigInt(position.getCommitPosition())
  return { ...common, from }
}

const answer = (context, call, request) => {
  const { log, age, faults, isLeader } = context
  const { stream } = request
  const lag = isLeader() ? 0 : faults.lagRecords
  const selection =
    stream === undefined
      ? readAll(log, { ...request, visibleCount: log.records.length - lag })
      : readStream(log, request)
  if (selection.kind === 'deleted') return call.emit('error', answers.streamDeleted(stream))
  if (selection.kind === 'impossible') return call.emit('error', answers.impossible(selection.result))
  if (selection.kind === 'invalid-position') return call.emit('error', answers.invalidPosition(age))
  const hasPosition = stream === undefined || age.tellsPositionsInStreams
  const messages =
    selection.kind === 'not-found'
      ? [answers.notFoundAnswer(stream)]
      : selection.records.map(
          (record) => () => answers.eventAnswer(resolve(log, record, request.resolvesLinks), hasPosition),
        )
  if (stream === undefined) context.count('recordOfAll', messages.length)
  return pour(call, messages)
}

/** Writes no faster than the client reads, so that a read which is broken off costs nothing more. */
const pour = (call, messages) => {
  let next = 0
  const more = () => {
    while (next < messages.length && !call.cancelled) {
      const message = messages[next]
      next += 1
      if (!call.write(typeof message === 'function' ? message() : message)) return call.once('drain', more)
    }
    return call.end()
  }
  more()
}

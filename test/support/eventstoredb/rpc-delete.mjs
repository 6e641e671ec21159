/** Streams.Delete and Streams.Tombstone. */
import * as answers from './answers.mjs'
import { streams } from './stubs.mjs'
import { deleteStream, tombstone } from './writes.mjs'

const requestOf = (options) => {
  const stream = Buffer.from(options.getStreamIdentifier().getStreamName_asU8()).toString('utf8')
  if (options.hasNoStream()) return { stream, expected: 'no_stream' }
  if (options.hasStreamExists()) return { stream, expected: 'stream_exists' }
  return { stream, expected: options.hasAny() ? 'any' : BigInt(options.getRevision()) }
}

const answering = (context, work, Answer) => (call, callback) => {
  const refusal = context.refusalOf(call)
  if (refusal !== undefined) return callback(refusal)
  const request = requestOf(call.request.getOptions())
  const { stream, expected } = request
  const result = work(context, request)
  if (result.kind === 'deleted') return callback(answers.streamDeleted(stream))
  if (result.kind === 'wrong')
    return callback(answers.wrongVersionOfDelete(context.age, stream, expected, result.actual))
  const position = new Answer.Position()
  position.setCommitPosition(String(result.position))
  position.setPreparePosition(String(result.position))
  const answer = new Answer()
  answer.setPosition(position)
  return callback(null, answer)
}

/** @param {import('./double.mjs').Context} context */
export const deleteCall = (context) => answering(context, deleteStream, streams.DeleteResp)
/** @param {import('./double.mjs').Context} context */
export const tombstoneCall = (context) => answering(context, tombstone, streams.TombstoneResp)

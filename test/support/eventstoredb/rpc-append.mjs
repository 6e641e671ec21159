/** Streams.Append and Streams.BatchAppend. */
import * as answers from './answers.mjs'
import { Any, GoogleEmpty, rpcStatus, shared, streams } from './stubs.mjs'
import { append } from './writes.mjs'

const codeOf = { failedPrecondition: 9, invalidArgument: 3, unknown: 2 }

const proposed = (message) => ({
  id: message.getId().getString(),
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
})

const streamOf = (options) => Buffer.from(options.getStreamIdentifier().getStreamName_asU8()).toString('utf8')

const expectedOf = (options, revision) => {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasStreamExists()) return 'stream_exists'
  return options.hasAny() ? 'any' : BigInt(revision)
}

/**
 * Writes unless a fault is planned, and hands the result to `reply`, or to nobody: the plan of the next append says
 * what becomes of it.
 */
const carryOut = async (context, request, reply) => {
  const { faults } = context
  const plan = faults.appends.shift() ?? 'answered'
  if (faults.isSilent || plan === 'not-stored') return
  const result = append(context, request)
  if (result.isWritten === true) await faults.onStored?.(request)
  if (plan === 'answered') reply(result)
}

/** @param {import('./double.mjs').Context} context */
export const appendCall = (context) => (call, callback) => {
  context.count('append')
  const refusal = context.refusalOf(call)
  // Before all messages have come, as a server does that looks at the headers first.
  if (refusal !== undefined) return callback(refusal)
  let options
  const events = []
  call.on('data', (message) => {
    if (message.hasOptions()) options = message.getOptions()
    else events.push(proposed(message.getProposedMessage()))
  })
  call.on('end', () => {
    const stream = streamOf(options)
    const expected = expectedOf(options, options.getRevision())
    void carryOut(context, { stream, expected, events }, (result) => {
      const failure = failureOf(result, stream)
      if (failure === undefined) callback(null, answerOf(result, expected))
      else callback(failure)
    })
  })
  return undefined
}

const failureOf = (result, stream) => {
  switch (result.kind) {
    case 'exception':
      return answers.thrown()
    case 'deleted':
      return answers.streamDeleted(stream)
    case 'too-large':
      return answers.appendTooLarge(result)
    case 'event-too-large':
      return answers.eventTooLarge(result)
    default:
      return undefined
  }
}

const answerOf = (result, expected) => {
  const answer = new streams.AppendResp()
  if (result.kind === 'success') {
    const success = new streams.AppendResp.Success()
    if (result.revision === undefined) success.setNoStream(new shared.Empty())
    else success.setCurrentRevision(String(result.revision))
    const position = new streams.AppendResp.Position()
    position.setCommitPosition(String(result.position))
    position.setPreparePosition(String(result.position))
    success.setPosition(position)
    answer.setSuccess(success)
    return answer
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  if (result.actual < 0n) wrong.setCurrentNoStream(new shared.Empty())
  else wrong.setCurrentRevision(String(result.actual))
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty())
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty())
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty())
  else wrong.setExpectedRevision(String(expected))
  answer.setWrongExpectedVersion(wrong)
  return answer
}

/** @param {import('./double.mjs').Context} context */
export const batchAppendCall = (context) => (call) => {
  context.count('batchAppend')
  const refusal = context.refusalOf(call)
  if (refusal !== undefined) return call.emit('error', refusal)
  const batches = new Map()
  context.batchCalls.add(call)
  call.on('cancelled', () => context.batchCalls.delete(call))
  call.on('end', () => {
    context.batchCalls.delete(call)
    call.end()
  })
  call.on('data', (message) => {
    const correlationId = message.getCorrelationId().getString()
    const batch = batches.get(correlationId) ?? { options: message.getOptions(), events: [] }
    batches.set(correlationId, batch)
    batch.events.push(...message.getProposedMessagesList().map(proposed))
    if (!message.getIsFinal()) return
    batches.delete(correlationId)
    const stream = streamOf(batch.options)
    const expected = expectedOf(batch.options, batch.options.getStreamPosition())
    void carryOut(context, { stream, expected, events: batch.events }, (result) => {
      if (!call.cancelled) call.write(batchAnswerOf({ result, correlationId, stream, expected }))
    })
  })
  return undefined
}

const batchAnswerOf = ({ result, correlationId, stream, expected }) => {
  const answer = new streams.BatchAppendResp()
  const id = new shared.UUID()
  id.setString(correlationId)
  answer.setCorrelationId(id)
  answer.setStreamIdentifier(answers.identifier(stream))
  if (result.kind !== 'success') {
    answer.setError(batchErrorOf(result, expected))
    return answer
  }
  const success = new streams.BatchAppendResp.Success()
  if (result.revision === undefined) success.setNoStream(new GoogleEmpty())
  else success.setCurrentRevision(String(result.revision))
  const position = new shared.AllStreamPosition()
  position.setCommitPosition(String(result.position))
  position.setPreparePosition(String(result.position))
  success.setPosition(position)
  answer.setSuccess(success)
  return answer
}

/** Errors of a batch are messages in an envelope that names their type in full. */
const batchErrorOf = (result, expected) => {
  const { name, code, message } = batchDetails(result, expected)
  const any = new Any()
  any.pack(message.serializeBinary(), `event_store.client.${name}`)
  const error = new rpcStatus.Status()
  error.setCode(code)
  error.setMessage(name)
  error.setDetails(any)
  return error
}

const batchDetails = (result, expected) => {
  switch (result.kind) {
    case 'wrong':
      return {
        name: 'WrongExpectedVersion',
        code: codeOf.failedPrecondition,
        message: wrongVersion(result, expected),
      }
    case 'deleted':
      return { name: 'StreamDeleted', code: codeOf.failedPrecondition, message: new shared.StreamDeleted() }
    case 'too-large': {
      const message = new shared.MaximumAppendSizeExceeded()
      message.setMaxappendsize(result.bytesMax)
      return { name: 'MaximumAppendSizeExceeded', code: codeOf.invalidArgument, message }
    }
    case 'event-too-large':
      // The stubs have no such message, and so the client has no class for it.
      return {
        name: 'MaximumAppendEventSizeExceeded',
        code: codeOf.invalidArgument,
        message: new shared.Empty(),
      }
    default:
      return { name: 'Unknown', code: codeOf.unknown, message: new shared.Unknown() }
  }
}

const wrongVersion = ({ actual }, expected) => {
  const message = new shared.WrongExpectedVersion()
  if (actual < 0n) message.setCurrentNoStream(new GoogleEmpty())
  else message.setCurrentStreamRevision(String(actual))
  if (expected === 'any') message.setExpectedAny(new GoogleEmpty())
  else if (expected === 'no_stream') message.setExpectedNoStream(new GoogleEmpty())
  else if (expected === 'stream_exists') message.setExpectedStreamExists(new GoogleEmpty())
  else message.setExpectedStreamPosition(String(expected))
  return message
}

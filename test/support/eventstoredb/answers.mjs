/** Values of the double as messages and errors of the protocol. */
import { grpc, shared, streams } from './stubs.mjs'

const { status } = grpc

const failure = (code, details, trailers = {}) => {
  const metadata = new grpc.Metadata()
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, String(value))
  return { code, details, metadata }
}

export const notReady = () => failure(status.UNAVAILABLE, 'Server Is Not Ready')
export const thrown = () => failure(status.UNKNOWN, 'Exception was thrown by handler.')
export const impossible = (result) => failure(status.UNKNOWN, `Unexpected ${result}: Error`)
export const invalidPosition = (age) =>
  age.namesInvalidPositions
    ? failure(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.')
    : impossible('ReadAllResult')

export const notLeader = ({ host, port }) =>
  failure(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': port,
  })

export const streamDeleted = (stream) =>
  failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  })

export const appendTooLarge = ({ bytesMax }) =>
  failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': bytesMax,
  })

/** Since 24.10; the client has no class for it. */
export const eventTooLarge = ({ id, bytes, bytesMax }) =>
  failure(
    status.INVALID_ARGUMENT,
    `Event with Id: ${id}, Size: ${bytes}, exceeds Maximum Append Event Size of ${bytesMax}.`,
    { exception: 'maximum-append-event-size-exceeded', 'maximum-append-event-size': bytesMax },
  )

/** Of a delete: -2 stands for any, -1 for no stream, -4 for one that exists. */
export const wrongVersionOfDelete = (age, stream, expected, actual) => {
  const number = { any: -2n, no_stream: -1n, stream_exists: -4n }[expected] ?? expected
  const text = `DeleteStream failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${number}, Actual version: ${actual}`
  return failure(status.FAILED_PRECONDITION, age.explainsDeletes ? text : '', {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': number,
    ...(age.explainsDeletes ? { 'actual-version': actual } : {}),
  })
}

const ticksPerMs = 10_000n

const recorded = (record, hasPosition) => {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
  const id = new shared.UUID()
  id.setString(record.id)
  event.setId(id)
  event.setStreamIdentifier(identifier(record.stream))
  event.setStreamRevision(String(record.revision))
  if (hasPosition) {
    event.setCommitPosition(String(record.position))
    event.setPreparePosition(String(record.position))
  }
  event.getMetadataMap().set('type', record.type)
  event.getMetadataMap().set('content-type', record.contentType)
  event.getMetadataMap().set('created', String(BigInt(record.createdMs) * ticksPerMs))
  event.setData(new Uint8Array(record.data))
  event.setCustomMetadata(new Uint8Array(record.metadata))
  return event
}

export const identifier = (stream) => {
  const message = new shared.StreamIdentifier()
  message.setStreamName(new Uint8Array(Buffer.from(stream, 'utf8')))
  return message
}

/** @param {boolean} hasPosition reads of streams tell positions since 22.6 */
export const eventAnswer = ({ event, link }, hasPosition) => {
  const read = new streams.ReadResp.ReadEvent()
  if (event !== undefined) read.setEvent(recorded(event, hasPosition))
  if (link !== undefined) read.setLink(recorded(link, hasPosition))
  if (hasPosition) read.setCommitPosition(String((link ?? event).position))
  else read.setNoPosition(new shared.Empty())
  const answer = new streams.ReadResp()
  answer.setEvent(read)
  return answer
}

export const confirmationAnswer = (id) => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation()
  confirmation.setSubscriptionId(id)
  const answer = new streams.ReadResp()
  answer.setConfirmation(confirmation)
  return answer
}

export const checkpointAnswer = (position) => {
  const checkpoint = new streams.ReadResp.Checkpoint()
  checkpoint.setCommitPosition(String(position))
  checkpoint.setPreparePosition(String(position))
  const answer = new streams.ReadResp()
  answer.setCheckpoint(checkpoint)
  return answer
}

export const caughtUpAnswer = () => {
  const answer = new streams.ReadResp()
  answer.setCaughtUp(new streams.ReadResp.CaughtUp())
  return answer
}

export const notFoundAnswer = (stream) => {
  const notFound = new streams.ReadResp.StreamNotFound()
  notFound.setStreamIdentifier(identifier(stream))
  const answer = new streams.ReadResp()
  answer.setStreamNotFound(notFound)
  return answer
}

import { unavailable } from '@detrics/keys-domain'
import type { Unavailable } from '@detrics/keys-domain'

/** What the server or the connection made of a call. */
export type Fault =
  | { readonly _tag: 'WrongExpectedVersion'; readonly actual: bigint | undefined }
  | { readonly _tag: 'StreamNotFound' }
  | { readonly _tag: 'StreamDeleted' }
  /** Larger than the server takes; how much that is, where it says so. */
  | { readonly _tag: 'TooLarge'; readonly bytesMax: number | undefined }
  /** The server takes the arguments for malformed: also a position at which no event begins. */
  | { readonly _tag: 'Malformed' }
  | { readonly _tag: 'NotLeader' }
  /** The server refused before it did anything, or was never reached. */
  | { readonly _tag: 'NotDone'; readonly cause: string }
  /** It may have been done: there was no answer, or one of a server that does not know what went wrong. */
  | { readonly _tag: 'Unclear'; readonly cause: string; readonly isAnswer: boolean }

export const unclear = (cause: string, isAnswer = false): Fault => ({ _tag: 'Unclear', cause, isAnswer })

/** What a fault means for a call that changes nothing. */
export const unavailableFrom = (fault: Fault): Unavailable => {
  switch (fault._tag) {
    case 'NotDone':
    case 'Unclear':
      return unavailable(fault.cause)
    case 'NotLeader':
      return unavailable('the node does not lead its cluster')
    case 'StreamDeleted':
      return unavailable('the stream was deleted in the server: the log is damaged')
    case 'Malformed':
      return unavailable('the server takes the request for malformed')
    case 'StreamNotFound':
    case 'TooLarge':
    case 'WrongExpectedVersion':
      return unavailable(`the server answered with ${fault._tag}`)
  }
}

/** The numbers of gRPC. */
const code = {
  unknown: 2,
  invalidArgument: 3,
  permissionDenied: 7,
  unimplemented: 12,
  unauthenticated: 16,
}

/**
 * Tells what an error of the client means: by its `type` where it has one, and else by the code of gRPC, since the
 * errors of connecting come as they are. Whatever is not known to have done nothing may have done something.
 */
export const faultOf = (error: unknown): Fault => {
  switch (propertyOf(error, 'type')) {
    case 'wrong-expected-version':
      return { _tag: 'WrongExpectedVersion', actual: revisionOf(propertyOf(error, 'actualVersion')) }
    case 'stream-not-found':
      return { _tag: 'StreamNotFound' }
    case 'stream-deleted':
      return { _tag: 'StreamDeleted' }
    case 'maximum-append-size-exceeded':
      return { _tag: 'TooLarge', bytesMax: numberOf(propertyOf(error, 'maxAppendSize')) }
    case 'not-leader':
      return { _tag: 'NotLeader' }
    case 'access-denied':
      return accessDenied
    default:
      return faultOfCode(error)
  }
}

const accessDenied: Fault = { _tag: 'NotDone', cause: 'the server denies access' }

const faultOfCode = (error: unknown): Fault => {
  switch (propertyOf(error, 'code')) {
    case code.invalidArgument:
      return faultOfArgument(error)
    case code.permissionDenied:
    case code.unauthenticated:
      return accessDenied
    case code.unimplemented:
      return { _tag: 'NotDone', cause: 'the server does not speak the protocol of EventStoreDB' }
    default:
      return isUnsent(error)
        ? { _tag: 'NotDone', cause: `the server is not reachable (${wordsOf(error)})` }
        : unclear(wordsOf(error), propertyOf(error, 'code') === code.unknown)
  }
}

/** Since 24.10 a single event can be too large as well, for which the client has no class: the trailers tell. */
const faultOfArgument = (error: unknown): Fault =>
  trailerOf(error, 'exception') === 'maximum-append-event-size-exceeded'
    ? { _tag: 'TooLarge', bytesMax: numberOf(trailerOf(error, 'maximum-append-event-size')) }
    : { _tag: 'Malformed' }

/**
 * Words that are said only before anything was sent: no connection, no such host, no node of the cluster, and a node
 * that does not serve yet. They are nowhere but in the text; where another version words them otherwise, the outcome
 * counts as unknown, which is safe.
 */
const unsentWords =
  /No connection established|Name resolution failed|Failed to discover after|Server Is Not Ready|Server Is Too Busy/

const isUnsent = (error: unknown): boolean => {
  const message = propertyOf(error, 'message')
  return typeof message === 'string' && unsentWords.test(message)
}

const wordsMax = 200

/** For the log: what the error says of itself. Errors of this client hold nothing of events but their ids. */
const wordsOf = (error: unknown): string => {
  const [type, message] = [propertyOf(error, 'type'), propertyOf(error, 'message')]
  const words = [type, message].filter((word) => typeof word === 'string' && word !== '').join(': ')
  return words === '' ? 'for an unknown reason' : words.slice(0, wordsMax)
}

/** Not by `instanceof`: the classes of the client are those of the realm that loaded it. */
const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const revisionOf = (value: unknown): bigint | undefined => (typeof value === 'bigint' ? value : undefined)

const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

/** A trailer of the error that the client made its own one from. */
const trailerOf = (error: unknown, name: string): unknown => {
  const metadata = propertyOf(propertyOf(error, '_raw') ?? error, 'metadata')
  const getMap = propertyOf(metadata, 'getMap')
  return typeof getMap === 'function' ? propertyOf(getMap.call(metadata), name) : undefined
}

import { reveal, type Secret } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { operationIds, operations, type Body, type OperationId, type Operations } from './contract/index.js'
import { readReply } from './reply.js'
import { requestOf } from './request.js'
import { unreachable, type ClientError } from './errors.js'

export interface ClientSettings {
  /** Where the API is, such as `https://keys.example.com`. */
  readonly baseUrl: string
  /**
   * The credential, asked for before each request; default none, as for a page with a session. When it rejects, nothing
   * is sent, and the call rejects with the same reason.
   */
  readonly credential?: () => Promise<Secret>
  /** Default: that of the platform. */
  readonly fetch?: typeof globalThis.fetch
  /** After so many milliseconds a request counts as unanswered; default 15,000. */
  readonly timeoutMs?: number
}

type Flat<A> = { readonly [K in keyof A]: A[K] }
type BodyInput<B> = B extends Body<infer S> ? t.TypeOf<S> : unknown
type IdempotencyInput<O> = O extends { readonly takesIdempotencyKey: true }
  ? {
      /** 1–255 visible ASCII characters: the same key with the same request is carried out once. */
      readonly idempotencyKey?: string
    }
  : unknown
type IfMatchInput<O> = O extends { readonly takesIfMatch: true }
  ? {
      /** The `revision` of the key as it was read; it is refused when the key has been changed since. */
      readonly ifRevision?: bigint
    }
  : unknown

/** What an operation takes: the members of its path, query and body in one record. */
export type Input<K extends OperationId> = Flat<
  t.TypeOf<Operations[K]['params']> &
    t.TypeOf<Operations[K]['query']> &
    BodyInput<Operations[K]['body']> &
    IdempotencyInput<Operations[K]> &
    IfMatchInput<Operations[K]>
>

/** What an operation answers. */
export type Output<K extends OperationId> = t.TypeOf<Operations[K]['reply']['body']>

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** The API as functions, one for each operation of the contract. Nothing throws but a bug. */
export type KeysClient = {
  readonly [K in OperationId]: (input: Input<K>, options?: CallOptions) => TaskEither<ClientError, Output<K>>
}

const timeoutMsDefault = 15_000

/** A client of the API. It sends each request once; what to do about an error stands at each of them. */
export const createKeysClient = (settings: ClientSettings): KeysClient => {
  // Else every request would fail like one that met a broken network.
  if (!URL.canParse(settings.baseUrl)) throw new Error('the baseUrl of a client is an absolute URL')
  return Object.fromEntries(
    operationIds.map((operationId) => [
      operationId,
      (input: Readonly<Record<string, unknown>>, options: CallOptions = {}) =>
        () =>
          send(settings, operationId, input, options),
    ]),
  ) as unknown as KeysClient
}

const send = async (
  { baseUrl, credential, fetch = globalThis.fetch, timeoutMs = timeoutMsDefault }: ClientSettings,
  operationId: OperationId,
  input: Readonly<Record<string, unknown>>,
  { signal }: CallOptions,
): Promise<E.Either<ClientError, unknown>> => {
  const { path, headers, ...rest } = requestOf(operations[operationId], input)
  const timeout = AbortSignal.timeout(timeoutMs)
  const authorization =
    credential === undefined ? {} : { authorization: `Bearer ${reveal(await credential())}` }
  try {
    const reply = await fetch(new URL(path, baseUrl), {
      ...rest,
      headers: { ...headers, ...authorization },
      // A redirect would carry the credential to wherever it points.
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    return await readReply(operations[operationId], reply)
  } catch {
    // fetch rejects for everything that is no reply; its reasons differ between platforms and are for nobody to read.
    return E.left(unreachable(signal?.aborted === true ? 'aborted' : timeout.aborted ? 'timeout' : 'network'))
  }
}

import {
  fieldProblems,
  problem,
  type FieldProblem,
  type Operation,
  type Problem,
} from '@detrics/keys-client/contract'
import type { FastifyRequest } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import type { Any, Errors } from 'io-ts'
import type { Call } from './call.js'
import { readIfMatch } from './preconditions.js'

/** The parts of a request that an operation reads, by the codecs of the contract. */
export interface ReadRequest {
  readonly query: unknown
  readonly body: unknown
  readonly idempotencyKey?: string
  readonly ifRevision?: bigint
}

type Read<A> = E.Either<ReadonlyArray<FieldProblem>, A>

/** Reads a request; everything that does not fit is named at once. */
export const readRequest = (
  { query, body, takesIdempotencyKey, takesIfMatch }: Operation,
  request: FastifyRequest,
): E.Either<Problem, ReadRequest> => {
  const readQuery = decode(query, request.query)
  const readBody =
    body === undefined ? E.right(undefined) : decode(body.shape, bodyOf(request, body.isRequired))
  const precondition = readIfMatch(takesIfMatch === true ? headerOf(request, 'if-match') : undefined)
  if (E.isRight(readQuery) && E.isRight(readBody) && E.isRight(precondition)) {
    const idempotencyKey = takesIdempotencyKey === true ? headerOf(request, 'idempotency-key') : undefined
    return E.right({
      query: readQuery.right,
      body: readBody.right,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...precondition.right,
    })
  }
  const problems = [readQuery, readBody, precondition].flatMap((read) => (E.isLeft(read) ? read.left : []))
  return E.left(problem('invalid_request', problems))
}

/** Where every member may be left out, so may the body. */
const bodyOf = ({ body }: FastifyRequest, isRequired: boolean): unknown =>
  body === undefined && !isRequired ? {} : body

const decode = (codec: Any, input: unknown): Read<unknown> =>
  E.mapLeft((errors: Errors) => fieldProblems(errors))(codec.decode(input) as E.Either<Errors, unknown>)

/** As it came: the front door redacts and cuts what it stores. */
export const originOf = (request: FastifyRequest): Call<'getMe'>['origin'] => {
  const userAgent = headerOf(request, 'user-agent')
  return { address: request.ip, ...(userAgent === undefined ? {} : { userAgent }) }
}

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

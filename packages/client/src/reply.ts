import * as E from 'fp-ts/lib/Either.js'
import { readProblem, type Operation } from './contract/index.js'
import { unexpectedReply, type ClientError } from './errors.js'

/** Reads a reply by the codec of its operation, or as a problem. */
export const readReply = async (
  { reply: { status, body } }: Operation,
  reply: Response,
): Promise<E.Either<ClientError, unknown>> => {
  const input = await jsonOf(reply)
  if (reply.status === status)
    return E.mapLeft(() => unexpectedReply(reply.status))(body.decode(input) as E.Either<unknown, unknown>)
  const problem = readProblem(input)
  if (problem === undefined) return E.left(unexpectedReply(reply.status))
  return E.left({ _tag: 'ProblemReply', problem, ...retryAfter(reply.headers.get('retry-after')) })
}

/** Undefined for what is no JSON; a connection that breaks in the middle of the body still rejects. */
const jsonOf = async (reply: Response): Promise<unknown> => {
  const text = await reply.text()
  return E.toUnion(
    E.tryCatch(
      (): unknown => JSON.parse(text),
      () => undefined,
    ),
  )
}

const retryAfter = (value: string | null): { readonly retryAfterSeconds?: number } =>
  value !== null && /^\d{1,6}$/.test(value) ? { retryAfterSeconds: Number(value) } : {}

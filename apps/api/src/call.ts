import type { Actor, Keys, KeysError, Origin } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { closed, type Shape } from './codecs.js'
import type { Member } from './identity.js'
import { problem, problemOf, type FieldProblem, type Problem } from './problems.js'

/** What a route gets to see of a request. */
export interface Call {
  readonly keys: Keys
  readonly member: Member
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  readonly body: unknown
  readonly origin: Origin
  readonly idempotencyKey: string | undefined
}

export interface Reply {
  readonly status: 200 | 201
  readonly body: unknown
  /** It repeats the answer of an earlier, equal request. */
  readonly replayed?: boolean
}

/** What comes of a call: a reply, or the problem that the caller is shown. */
export type Outcome = TE.TaskEither<Problem, Reply>

export type Handler = (call: Call) => Outcome

export const ok = (body: unknown): Reply => ({ status: 200, body })

/** Reads a part of the request by its shape, then goes on. */
export const reading = <A>(
  input: unknown,
  shape: Shape<A>,
  next: (read: A) => TE.TaskEither<KeysError, Reply>,
): Outcome =>
  E.match(
    (errors: ReadonlyArray<FieldProblem>): Outcome => TE.left(problem('invalid_request', errors)),
    (read: A) => TE.mapLeft(problemOf)(next(read)),
  )(shape.read(input))

const noQuery = closed({}, {})

/** Refuses a query where none is read: whoever sends one expects something of it. */
export const withoutQuery =
  (handle: Handler): Handler =>
  (call) =>
    E.match(
      (errors: ReadonlyArray<FieldProblem>): Outcome => TE.left(problem('invalid_request', errors)),
      () => handle(call),
    )(noQuery.read(call.query))

/** Lets a call through to a workspace of the member; any other is answered like one that does not exist. */
export const inWorkspace =
  (handle: (call: Call, workspaceId: string) => Outcome): Handler =>
  (call) => {
    const workspaceId = call.params['workspaceId'] ?? ''
    const isMember = call.member.workspaces.some((workspace) => workspace.workspaceId === workspaceId)
    return isMember ? handle(call, workspaceId) : TE.left(problem('workspace_not_found'))
  }

/** What every command says of who gave it. */
export const commandOf = (
  { member, origin, idempotencyKey }: Call,
  workspaceId: string,
): {
  readonly workspaceId: string
  readonly actor: Actor
  readonly origin: Origin
  readonly idempotencyKey?: string
} => ({
  workspaceId,
  actor: { type: 'member', memberId: member.memberId },
  origin,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
})

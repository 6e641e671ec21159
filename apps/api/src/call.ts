import type { Actor, Keys, Origin } from '@detrics/keys'
import type { Operations, OperationId, Problem } from '@detrics/keys-client/contract'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import type { Member, Principal } from './identity/index.js'

type BodyOf<K extends OperationId> = Operations[K]['body'] extends { readonly shape: infer S extends t.Any }
  ? t.TypeOf<S>
  : undefined

/** What the handlers answer from. */
export interface Ports {
  readonly keys: Keys
  /** Whether this process takes new work; not any more once it is stopping. */
  readonly isServing: () => boolean
  readonly publicMcpUrl: string
}

/** What a handler gets to see of a request: checked against the contract, and by somebody who may ask this. */
export interface Call<K extends OperationId> extends Ports {
  readonly caller: Operations[K]['access'] extends 'anyone'
    ? undefined
    : Operations[K]['access'] extends 'service'
      ? Principal
      : Member
  readonly params: t.TypeOf<Operations[K]['params']>
  readonly query: t.TypeOf<Operations[K]['query']>
  readonly body: BodyOf<K>
  readonly origin: Origin
  readonly idempotencyKey?: string
  readonly ifRevision?: bigint
}

export interface Answer<K extends OperationId> {
  readonly body: t.TypeOf<Operations[K]['reply']['body']>
  /** It repeats the answer of an earlier, equal request. */
  readonly replayed?: boolean
}

/** Carries out one operation: a result, or the problem that the caller is shown. */
export type Handler<K extends OperationId> = (call: Call<K>) => TaskEither<Problem, Answer<K>>

/** What every command says of who gave it. */
export const commandOf = ({
  caller,
  params,
  origin,
  idempotencyKey,
  ifRevision,
}: {
  readonly caller: Member
  readonly params: { readonly workspaceId: string }
  readonly origin: Origin
  readonly idempotencyKey?: string
  readonly ifRevision?: bigint
}): {
  readonly workspaceId: string
  readonly actor: Actor
  readonly origin: Origin
  readonly idempotencyKey?: string
  readonly ifRevision?: bigint
} => ({
  workspaceId: params.workspaceId,
  actor: { type: 'member', memberId: caller.memberId },
  origin,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  ...(ifRevision === undefined ? {} : { ifRevision }),
})

import type { MemberId } from '@detrics/keys'
import type { ProblemCode, Workspace } from '@detrics/keys-client/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Either } from 'fp-ts/lib/Either.js'

/** A person who manages keys, with the workspaces of this person and the role in each. */
export interface Member {
  readonly type: 'member'
  readonly memberId: MemberId
  readonly name: string
  readonly workspaces: ReadonlyArray<Workspace>
  readonly signedInBy: 'development' | 'session' | 'token'
}

/** A program that verifies keys over HTTP. */
export interface Service {
  readonly type: 'service'
  readonly serviceId: string
}

export type Principal = Member | Service

/** Why it is not known who asks. */
export type IdentityFault = Extract<
  ProblemCode,
  | 'unauthenticated'
  | 'token_invalid'
  | 'token_expired'
  | 'key_is_no_member'
  | 'session_expired'
  | 'origin_refused'
  | 'identity_unavailable'
>

/** What is looked at to know who asks. */
export type Asking = Pick<FastifyRequest, 'method' | 'headers'>

/** Tells who sends a request. What that somebody may do is not decided here. */
export interface Identity {
  readonly identify: (request: Asking) => Promise<Either<IdentityFault, Principal>>
  /** Adds the routes by which members sign in and out, where there are any. */
  readonly addRoutes?: (app: FastifyInstance) => void
}

/** That something does not work, or works again, for an operator's log. It holds nothing that came with a request. */
export interface IdentityTrouble {
  /** `provider`: it does not answer. `claims`: what it says of a member does not fit, so the member stays outside. */
  readonly about: 'provider' | 'claims'
  /** Why; undefined when it is over. */
  readonly cause: string | undefined
}

export type OnIdentityTrouble = (trouble: IdentityTrouble) => void

import type * as t from 'io-ts'
import type { AnyObject } from './codecs/object-type.js'
import type { ProblemCode } from './problems.js'

/**
 * Who may ask: anyone; a member; a member of the workspace in the path, as a viewer or only as a manager; or a service
 * with its credential.
 */
export type Access = 'anyone' | 'member' | 'viewer' | 'manager' | 'service'

/** A body; `isRequired` is false where every member may be left out, and so the body too. */
export interface Body<B extends AnyObject = AnyObject> {
  readonly shape: B
  readonly isRequired: boolean
}

/** One thing that the API does: everything that server, client, documentation and tests know of it. */
export interface Operation<
  P extends AnyObject = AnyObject,
  Q extends AnyObject = AnyObject,
  B extends Body | undefined = Body | undefined,
  R extends t.Any = t.Any,
> {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** With its parameters in braces, as OpenAPI has them. */
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly tag: 'Keys' | 'Activity' | 'Verification' | 'Members' | 'Operations'
  readonly access: Access
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly reply: {
    readonly status: 200 | 201
    readonly body: R
    /** The reply carries the entity tag of its key. */
    readonly hasEntityTag?: true
  }
  /** It is carried out once for each value of `Idempotency-Key`. */
  readonly takesIdempotencyKey?: true
  /** It is carried out only while the key has the entity tag in `If-Match`. */
  readonly takesIfMatch?: true
  /** What may be answered besides what every operation of this access may answer. */
  readonly problems: ReadonlyArray<ProblemCode>
}

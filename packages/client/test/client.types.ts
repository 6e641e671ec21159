import type { Input, Key, Output } from '@detrics/keys-client'

/* Compiled and not run: what the client takes and gives is known from the contract. */

export const full: Input<'revokeKey'> = {
  workspaceId: 'demo-a',
  keyId: 'b',
  ifRevision: 3n,
  idempotencyKey: 'once',
  reason: 'leaked',
}
export const nameOf = ({ key }: Output<'createKey'>): Key['name'] => key.name

// @ts-expect-error a name is required
export const withoutName: Input<'renameKey'> = { workspaceId: 'demo-a', keyId: 'b' }
// @ts-expect-error this operation has no precondition
export const precondition: Input<'createKey'> = { workspaceId: 'demo-a', name: 'a', ifRevision: 3n }
// @ts-expect-error a reason that members cannot give
export const reason: Input<'revokeKey'> = { workspaceId: 'demo-a', keyId: 'b', reason: 'replaced' }

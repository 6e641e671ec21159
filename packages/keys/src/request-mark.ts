import type { RequestMark } from '@detrics/keys-domain'
import { v5 } from 'uuid'
import type { Command } from './keys.js'

/** The namespaces in which ids and fingerprints are derived; drawn once, never to be changed. */
const requestNamespace = '6f0c1d1e-5f0e-4c57-8a35-6b7a4f1f2b9d'
const fingerprintNamespace = '2b8d5a52-93a7-4a51-9d0e-0f2f2c9f7e14'

/**
 * The id of a request that may be repeated: the same for the same idempotency key of the same actor and operation in a
 * workspace; the fingerprint tells whether it asks for the same. Neither gives the idempotency key away.
 */
export const requestMark = (
  operation: string,
  { workspaceId, actor, idempotencyKey }: Command,
  content: ReadonlyArray<unknown>,
): { readonly request: RequestMark } | Record<never, never> => {
  if (idempotencyKey === undefined) return {}
  const id = v5(JSON.stringify([workspaceId, actor, operation, idempotencyKey]), requestNamespace)
  // A missing part becomes null, so that ['a', undefined] and ['a'] do not differ by accident of position.
  return { request: { id, fingerprint: v5(JSON.stringify(content), fingerprintNamespace) } }
}

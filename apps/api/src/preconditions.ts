import type { FieldProblem } from '@detrics/keys-client/contract'
import * as E from 'fp-ts/lib/Either.js'

const entityTag = /^"(\d{1,19})"$/

/** The entity tag of a key as it is after a change: its revision, in quotes. */
export const entityTagOf = (revision: bigint): string => `"${revision}"`

/** Reads `If-Match` (RFC 9110 §13.1.1): one strong tag as a reply has given it, or `*` for whatever there is. */
export const readIfMatch = (
  header: string | undefined,
): E.Either<ReadonlyArray<FieldProblem>, { readonly ifRevision?: bigint }> => {
  if (header === undefined || header.trim() === '*') return E.right({})
  const digits = entityTag.exec(header.trim())?.[1]
  return digits === undefined
    ? E.left([
        {
          pointer: '/If-Match',
          detail: 'Give the ETag of the key as it was read, such as "42", or leave it out.',
        },
      ])
    : E.right({ ifRevision: BigInt(digits) })
}

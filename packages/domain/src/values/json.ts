import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'

/** Which part of a value does not fit and what was expected there; never the value itself, which may be secret. */
export interface Mismatch {
  /** A JSON pointer, RFC 6901; empty for the whole value. */
  readonly pointer: string
  readonly expected: string
}

/** Decodes JSON text by a codec. */
export const decodeJson = <A>(
  codec: t.Type<A, unknown>,
  text: string,
): E.Either<ReadonlyArray<Mismatch>, A> => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(text),
    () => [{ pointer: '', expected: 'JSON' }],
  )
  return E.chainW((value: unknown) => E.mapLeft(mismatches)(codec.decode(value)))(parsed)
}

/**
 * Where a decoding failed. io-ts's own reporter is not used since it prints the offending value. A step at which the
 * value stays the same goes into a union or an intersection, and is none in the document.
 */
export const mismatches = (errors: t.Errors): ReadonlyArray<Mismatch> =>
  errors.map(({ context }) => ({
    pointer: context
      .filter(({ actual }, i) => i > 0 && actual !== context[i - 1]?.actual)
      .map(({ key }) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
    expected: context.at(-1)?.type.name ?? 'another value',
  }))

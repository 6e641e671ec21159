import { containsKey } from '@detrics/keys-domain'
import type * as t from 'io-ts'
import { refusalOf } from './annotation.js'
import { ObjectType, missingMember, unknownMember } from './object-type.js'

/** A part of a request that does not fit: where, as a JSON pointer (RFC 6901), and what to do about it. */
export interface FieldProblem {
  readonly pointer: string
  readonly detail: string
}

/** Names that come from outside are repeated only when they can be no secret, nor a piece of one. */
const nameable = /^[A-Za-z][A-Za-z_-]{0,31}$/

/** What a caller is told of a request that a codec refuses; the values in it are never repeated. */
export const fieldProblems = (errors: t.Errors): ReadonlyArray<FieldProblem> => {
  const problems = errors.map(({ context }) => {
    const refused = context.at(-1)
    const pointer = pointerTo(context)
    if (refused?.type === missingMember) return { pointer, detail: 'This is required.' }
    if (refused?.type === unknownMember) return unknownMemberProblem(context)
    if (refused?.type instanceof ObjectType) return { pointer, detail: 'Give a JSON object.' }
    return { pointer, detail: refusalOf(refused?.type ?? {}) }
  })
  // The branches of a union refuse the same value in the same words.
  return problems.filter(
    (problem, i) =>
      problems.findIndex((other) => other.pointer === problem.pointer && other.detail === problem.detail) ===
      i,
  )
}

/** A step at which the value stays the same goes into a union or an intersection, and is none in the document. */
const pointerTo = (context: t.Context): string =>
  context
    .filter(({ actual }, i) => i > 0 && (actual === undefined || actual !== context[i - 1]?.actual))
    .map(({ key }) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')

const unknownMemberProblem = (context: t.Context): FieldProblem => {
  const name = context.at(-1)?.key ?? ''
  if (nameable.test(name) && !containsKey(name))
    return { pointer: pointerTo(context), detail: 'Leave this out: nothing here has this name.' }
  const parent = context.at(-2)?.type
  const known = parent instanceof ObjectType ? Object.keys({ ...parent.required, ...parent.optional }) : []
  return {
    pointer: pointerTo(context.slice(0, -1)),
    detail: known.length === 0 ? 'Leave out everything.' : `Leave out all but: ${known.join(', ')}.`,
  }
}

import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export type Members = Readonly<Record<string, t.Any>>

type Required<R extends Members> = { readonly [K in keyof R]: t.TypeOf<R[K]> }
type Optional<O extends Members> = { readonly [K in keyof O]?: t.TypeOf<O[K]> }
type Flat<A> = { readonly [K in keyof A]: A[K] }

export type ObjectOf<R extends Members, O extends Members> = Flat<Required<R> & Optional<O>>

const refusing = (name: string): t.Any =>
  new t.Type<unknown>(
    name,
    (_input): _input is unknown => false,
    (input, context) => t.failure(input, context),
    (value) => value,
  )

/** What the members of a closed object that nobody knows are reported as. */
export const unknownMember = refusing('nothing')

/** What a required member that is not there is reported as. */
export const missingMember = refusing('a required member')

/**
 * An object with these members, some required, some not. A closed one refuses members that nobody knows: a misspelt
 * optional member would otherwise be ignored, and a key that was meant to expire would not. An open one leaves them
 * out. Writing takes the named members and no others, so nothing new gets out by itself.
 */
export class ObjectType<R extends Members = Members, O extends Members = Members> extends t.Type<
  ObjectOf<R, O>,
  Readonly<Record<string, unknown>>
> {
  readonly required: R
  readonly optional: O
  readonly isClosed: boolean

  constructor(required: R, optional: O, isClosed: boolean) {
    const members = { ...required, ...optional }
    super(
      'an object',
      (input): input is ObjectOf<R, O> => isRecord(input) && fits(input, required, optional),
      (input, context) =>
        isRecord(input)
          ? decoded<ObjectOf<R, O>>({ input, context, required, members, isClosed })
          : t.failure(input, context),
      (value) => encoded(value, members),
    )
    this.required = required
    this.optional = optional
    this.isClosed = isClosed
  }
}

/** Any object type, whatever its members. */
export type AnyObject = t.Any & Pick<ObjectType, 'required' | 'optional' | 'isClosed'>

/** What a request may hold. */
export const closedObject = <R extends Members, O extends Members>(
  required: R,
  optional: O,
): ObjectType<R, O> => new ObjectType(required, optional, true)

/** What a reply holds; readers pass over what later versions add. */
export const openObject = <R extends Members, O extends Members>(
  required: R,
  optional: O,
): ObjectType<R, O> => new ObjectType(required, optional, false)

const isRecord = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

const memberOf = (record: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined

const fits = (input: Readonly<Record<string, unknown>>, required: Members, optional: Members): boolean =>
  Object.entries(required).every(([name, type]) => type.is(memberOf(input, name))) &&
  Object.entries(optional).every(([name, type]) => {
    const member = memberOf(input, name)
    return member === undefined || type.is(member)
  })

/** More would help nobody. */
const errorsMax = 20

const decoded = <A>(of: {
  readonly input: Readonly<Record<string, unknown>>
  readonly context: t.Context
  readonly required: Members
  readonly members: Members
  readonly isClosed: boolean
}): t.Validation<A> => {
  const { input, context, required, members, isClosed } = of
  const errors: t.ValidationError[] = []
  const refuse = (name: string, type: t.Any): void => {
    const value = memberOf(input, name)
    errors.push({ value, context: t.appendContext(context, name, type, value) })
  }
  if (isClosed)
    for (const name of Object.keys(input)) if (!Object.hasOwn(members, name)) refuse(name, unknownMember)
  for (const name of Object.keys(required)) if (!Object.hasOwn(input, name)) refuse(name, missingMember)
  const result: Record<string, unknown> = {}
  for (const [name, type] of Object.entries(members)) {
    if (!Object.hasOwn(input, name)) continue
    const member = type.validate(input[name], t.appendContext(context, name, type, input[name]))
    if (E.isRight(member)) result[name] = member.right
    else errors.push(...member.left)
  }
  return errors.length > 0 ? E.left(errors.slice(0, errorsMax)) : E.right(result as A)
}

const encoded = (value: object, members: Members): Readonly<Record<string, unknown>> => {
  const result: Record<string, unknown> = {}
  for (const [name, type] of Object.entries(members)) {
    const member = memberOf(value as Readonly<Record<string, unknown>>, name)
    if (member !== undefined) result[name] = type.encode(member)
  }
  return result
}

import {
  Instant,
  KeyId,
  WorkspaceId,
  batchLimitMax,
  parseName,
  parseNote,
  type CommandContext,
  type KeyName,
  type Note,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import type { InvalidInput, KeysError } from './errors.js'
import type { Command } from './keys.js'
import { requestMark } from './request-mark.js'
import { cleanText } from './use-context.js'

type Checked<A> = E.Either<KeysError, A>

const addressLengthMax = 64
const userAgentLengthMax = 256
const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/

/** The refusal of a field. */
export const invalidInput = (field: string, detail: string): InvalidInput => ({
  _tag: 'InvalidInput',
  field,
  detail,
})

export const checkWorkspaceId = (input: string): Checked<WorkspaceId> =>
  WorkspaceId.is(input)
    ? E.right(input)
    : E.left(
        invalidInput('workspaceId', 'A workspace id is 1 to 64 letters, digits, hyphens or underscores.'),
      )

/** A text that cannot be a key id is treated as an id that does not exist: which of the two it is helps nobody. */
export const checkKeyId = (input: string): Checked<KeyId> => {
  const lower = input.toLowerCase()
  return KeyId.is(lower) ? E.right(lower) : E.left({ _tag: 'KeyNotFound' })
}

/** Key ids for one append, each once. */
export const checkKeyIds = (inputs: ReadonlyArray<string>): Checked<ReadonlyArray<KeyId>> =>
  inputs.length >= 1 && inputs.length <= batchLimitMax
    ? E.map((keyIds: ReadonlyArray<KeyId>) => Array.from(new Set(keyIds)))(
        E.traverseArray(checkKeyId)(inputs),
      )
    : E.left(invalidInput('keyIds', `Give 1 to ${batchLimitMax} key ids.`))

export const checkName = (input: string): Checked<KeyName> =>
  E.mapLeft((detail: string) => invalidInput('name', detail))(parseName(input))

export const checkNote = (input: string): Checked<Note> =>
  E.mapLeft((detail: string) => invalidInput('note', detail))(parseNote(input))

export const checkInstant = (field: string, input: number): Checked<Instant> =>
  Instant.is(input)
    ? E.right(input)
    : E.left(invalidInput(field, 'Give an instant between the years 1970 and 9999, in whole milliseconds.'))

/** Applies a check to a field that may be left out. */
export const optional = <A, B>(
  input: A | undefined,
  check: (input: A) => Checked<B>,
): Checked<B | undefined> => (input === undefined ? E.right(undefined) : check(input))

/** A page's size: 1 to `limitMax`. */
export const checkLimit = (input: number | undefined, limitMax: number): Checked<number> => {
  const limit = input ?? limitDefault
  return Number.isInteger(limit) && limit >= 1 && limit <= limitMax
    ? E.right(limit)
    : E.left(invalidInput('limit', `Give a whole number from 1 to ${limitMax}.`))
}

const limitDefault = 50

/** What every command says, checked; `content` is what a repetition must ask for again. */
export const checkContext = (
  operation: string,
  command: Command,
  content: ReadonlyArray<unknown>,
): Checked<CommandContext> => {
  const { idempotencyKey, actor, origin } = command
  if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey))
    return E.left(invalidInput('idempotencyKey', 'An idempotency key is 1 to 255 visible ASCII characters.'))
  return E.map((workspaceId: WorkspaceId) => ({
    workspaceId,
    actor,
    origin: {
      ...(origin?.address === undefined ? {} : { address: cleanText(origin.address, addressLengthMax) }),
      ...(origin?.userAgent === undefined
        ? {}
        : { userAgent: cleanText(origin.userAgent, userAgentLengthMax) }),
    },
    ...requestMark(operation, command, content),
  }))(checkWorkspaceId(command.workspaceId))
}

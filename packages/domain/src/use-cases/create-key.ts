import { none, some, type Option } from 'fp-ts/lib/Option.js'
import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { KeyName } from '../key-ring/texts.js'
import type { Secret } from '../secret/secret.js'
import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import { present } from '../values/present.js'
import { changeRing, type Changed, type CommandContext } from './change-ring.js'
import type { Environment } from './environment.js'
import type { CommandError } from './errors.js'
import { newSecret } from './new-secret.js'
import { usual } from './persistence.js'

export interface CreateKeyInput extends CommandContext {
  readonly name: KeyName
  readonly expiresAt?: Instant
}

/** A new key. The secret is none when the request was a repetition: then `keyId` is the key that the first made. */
export interface KeyMade extends Changed {
  readonly keyId: KeyId
  readonly secret: Option<Secret>
}

/** Makes a key. */
export const createKey =
  (input: CreateKeyInput): ReaderTaskEither<Environment, CommandError, KeyMade> =>
  (environment) =>
  () => {
    // Drawn when the task runs, so that a task that is run twice is two commands.
    const { keyId, secret, digest } = newSecret(environment)
    const { name, expiresAt, request } = input
    const marks = present({ expiresAt, request })
    const { policy } = environment
    const changed = changeRing(
      environment,
      input,
      usual,
    )((now) => ({
      type: 'CreateKey',
      keyId,
      name,
      digest,
      policy,
      now,
      ...marks,
    }))
    return TE.map((result: Changed) => keyMade(result, input, { keyId, secret }))(changed)()
  }

/** Tells a new key from the repetition of a request that made one. */
export const keyMade = (
  changed: Changed,
  { request }: CommandContext,
  made: { readonly keyId: KeyId; readonly secret: Secret },
): KeyMade => {
  if (changed.events.length > 0) return { ...changed, keyId: made.keyId, secret: some(made.secret) }
  const first = request === undefined ? undefined : changed.ring.requests.get(request.id)?.keyIds[0]
  if (first === undefined) throw new Error('a creation without events was no repetition')
  return { ...changed, keyId: first, secret: none }
}

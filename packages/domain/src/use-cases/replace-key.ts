import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Revision } from '../event-store/event.js'
import type { KeyName } from '../key-ring/texts.js'
import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import { present } from '../values/present.js'
import { changeRing, type Changed, type CommandContext } from './change-ring.js'
import { keyMade, type KeyMade } from './create-key.js'
import type { Environment } from './environment.js'
import type { CommandError } from './errors.js'
import { newSecret } from './new-secret.js'
import { usual } from './persistence.js'

export interface ReplaceKeyInput extends CommandContext {
  readonly keyId: KeyId
  readonly name?: KeyName
  readonly expiresAt?: Instant
  /** When the replaced key ends; by default after `retirementMsDefault`. */
  readonly retireAt?: Instant
  readonly ifRevision?: Revision
}

/** A day: long enough to reach every machine that holds the old key, short enough not to be forgotten. */
const retirementMsDefault = 24 * 60 * 60 * 1_000

/** Makes a successor and lets the key end later, in one append. */
export const replaceKey =
  (input: ReplaceKeyInput): ReaderTaskEither<Environment, CommandError, KeyMade> =>
  (environment) =>
  () => {
    // Drawn when the task runs, so that a task that is run twice is two commands.
    const { keyId: newKeyId, secret, digest } = newSecret(environment)
    const { keyId, name, expiresAt, retireAt, ifRevision, request } = input
    const marks = present({ name, expiresAt, ifRevision, request })
    const { policy } = environment
    const changed = changeRing(
      environment,
      input,
      usual,
    )((now) => ({
      type: 'ReplaceKey',
      keyId,
      newKeyId,
      digest,
      policy,
      now,
      retireAt: retireAt ?? ((now + retirementMsDefault) as Instant),
      ...marks,
    }))
    return TE.map((result: Changed) => keyMade(result, input, { keyId: newKeyId, secret }))(changed)()
  }

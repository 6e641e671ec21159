import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import type { Revision } from '../event-store/event.js'
import type { Effective, RevocationReason } from '../key-ring/events.js'
import type { Note } from '../key-ring/texts.js'
import type { KeyId } from '../values/key-id.js'
import { present } from '../values/present.js'
import { changeRing, type Changed, type CommandContext } from './change-ring.js'
import type { Environment } from './environment.js'
import type { CommandError } from './errors.js'
import { persistent } from './persistence.js'

export interface RevokeKeyInput extends CommandContext {
  readonly keyId: KeyId
  readonly effective: Effective
  readonly reason: RevocationReason
  readonly note?: Note
  readonly ifRevision?: Revision
}

/** Ends a key. Tries longer than other commands do, since a revocation that gives up leaves a leaked key alive. */
export const revokeKey =
  (input: RevokeKeyInput): ReaderTaskEither<Environment, CommandError, Changed> =>
  (environment) => {
    const { keyId, effective, reason, note, ifRevision, request } = input
    const marks = present({ note, ifRevision, request })
    return changeRing(
      environment,
      input,
      persistent,
    )((now) => ({ type: 'RevokeKey', keyId, effective, reason, now, ...marks }))
  }

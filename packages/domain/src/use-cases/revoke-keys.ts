import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import type { RevocationReason } from '../key-ring/events.js'
import type { Note } from '../key-ring/texts.js'
import type { KeyId } from '../values/key-id.js'
import { present } from '../values/present.js'
import { changeRing, type Changed, type CommandContext } from './change-ring.js'
import type { Environment } from './environment.js'
import type { CommandError } from './errors.js'
import { persistent } from './persistence.js'

export interface RevokeKeysInput extends CommandContext {
  /** 1 to `batchLimitMax` different ones: they are ended in one append. */
  readonly keyIds: ReadonlyArray<KeyId>
  readonly reason: RevocationReason
  readonly note?: Note
}

/** Ends several keys immediately, in one append: all of them or, where one is not found, none. As persistent as one. */
export const revokeKeys =
  (input: RevokeKeysInput): ReaderTaskEither<Environment, CommandError, Changed> =>
  (environment) => {
    const { keyIds, reason, note, request } = input
    const marks = present({ note, request })
    return changeRing(
      environment,
      input,
      persistent,
    )((now) => ({ type: 'RevokeKeys', keyIds, effective: 'immediately', reason, now, ...marks }))
  }

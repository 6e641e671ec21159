import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import type { Revision } from '../event-store/event.js'
import type { KeyName } from '../key-ring/texts.js'
import type { KeyId } from '../values/key-id.js'
import { present } from '../values/present.js'
import { changeRing, type Changed, type CommandContext } from './change-ring.js'
import type { Environment } from './environment.js'
import type { CommandError } from './errors.js'
import { usual } from './persistence.js'

export interface RenameKeyInput extends CommandContext {
  readonly keyId: KeyId
  readonly name: KeyName
  readonly ifRevision?: Revision
}

/** Changes the name of a key and nothing else. */
export const renameKey =
  (input: RenameKeyInput): ReaderTaskEither<Environment, CommandError, Changed> =>
  (environment) => {
    const { keyId, name, ifRevision, request } = input
    const marks = present({ ifRevision, request })
    return changeRing(environment, input, usual)((now) => ({ type: 'RenameKey', keyId, name, now, ...marks }))
  }

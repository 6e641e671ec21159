import {
  createKey,
  present,
  renameKey,
  replaceKey,
  revokeKey,
  type Changed,
  type CommandContext,
  type CommandError,
  type Environment,
  type KeyId,
  type KeyMade,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fromCommandError, type KeysError } from './errors.js'
import { checkContext, checkInstant, checkKeyId, checkName, checkNote, optional } from './inputs.js'
import type { ChangedKey, CreatedKey, KeyView, Keys } from './keys.js'
import { keyView } from './views.js'

/** The four commands: check what came in, carry it out, show what came of it. */
export const commands = (
  environment: Environment,
): Pick<Keys, 'create' | 'rename' | 'revoke' | 'replace'> => {
  const show = presenters(environment)
  return {
    create: create(environment, show),
    rename: rename(environment, show),
    revoke: revoke(environment, show),
    replace: replace(environment, show),
  }
}

const create =
  (environment: Environment, { created }: Presenters): Keys['create'] =>
  (request) =>
    pipe(
      checkContext('create', request, [request.name, request.expiresAt]),
      E.bindTo('context'),
      E.bind('name', () => checkName(request.name)),
      E.bind('expiresAt', () => optional(request.expiresAt, (at) => checkInstant('expiresAt', at))),
      carryOut(({ context, ...rest }) =>
        pipe(createKey({ ...context, ...present(rest) })(environment), TE.map(created(context))),
      ),
    )

const rename =
  (environment: Environment, { changed }: Presenters): Keys['rename'] =>
  (request) =>
    pipe(
      checkContext('rename', request, [idOf(request), request.name]),
      E.bindTo('context'),
      E.bind('keyId', () => checkKeyId(request.keyId)),
      E.bind('name', () => checkName(request.name)),
      carryOut(({ context, keyId, name }) =>
        pipe(renameKey({ ...context, keyId, name })(environment), TE.map(changed(context, keyId))),
      ),
    )

const revoke =
  (environment: Environment, { changed }: Presenters): Keys['revoke'] =>
  (request) =>
    pipe(
      checkContext('revoke', request, [idOf(request), request.reason, request.note, request.effective]),
      E.bindTo('context'),
      E.bind('keyId', () => checkKeyId(request.keyId)),
      E.bind('note', () => optional(request.note, checkNote)),
      E.bind('effective', () => optional(request.effective, (at) => checkInstant('effective', at))),
      carryOut(({ context, effective, ...rest }) => {
        const defaults = {
          effective: effective ?? 'immediately',
          reason: request.reason ?? 'requested',
        } as const
        const input = { ...context, ...defaults, ...present(rest) }
        return pipe(revokeKey(input)(environment), TE.map(changed(context, rest.keyId)))
      }),
    )

const replace =
  (environment: Environment, { created, view }: Presenters): Keys['replace'] =>
  (request) =>
    pipe(
      checkContext('replace', request, [idOf(request), request.name, request.expiresAt, request.retireAt]),
      E.bindTo('context'),
      E.bind('keyId', () => checkKeyId(request.keyId)),
      E.bind('name', () => optional(request.name, checkName)),
      E.bind('expiresAt', () => optional(request.expiresAt, (at) => checkInstant('expiresAt', at))),
      E.bind('retireAt', () => optional(request.retireAt, (at) => checkInstant('retireAt', at))),
      carryOut(({ context, ...rest }) =>
        pipe(
          replaceKey({ ...context, ...present(rest) })(environment),
          TE.map((made) => ({ ...created(context)(made), replaced: view(context, made, rest.keyId) })),
        ),
      ),
    )

/** The key of a request as repetitions are compared by it: an id is the same in capitals. */
const idOf = ({ keyId }: { readonly keyId: string }): string => keyId.toLowerCase()

/** Runs a use case on a checked request; its errors come out under the front door's names. */
const carryOut =
  <A, B>(useCase: (checked: A) => TE.TaskEither<CommandError, B>) =>
  (checked: E.Either<KeysError, A>): TE.TaskEither<KeysError, B> =>
    E.isLeft(checked) ? TE.left(checked.left) : TE.mapLeft(fromCommandError)(useCase(checked.right))

interface Presenters {
  readonly view: (context: CommandContext, result: Changed, keyId: KeyId) => KeyView
  readonly created: (context: CommandContext) => (made: KeyMade) => CreatedKey
  readonly changed: (context: CommandContext, keyId: KeyId) => (result: Changed) => ChangedKey
}

const presenters = ({ prefixes }: Environment): Presenters => {
  const view: Presenters['view'] = ({ workspaceId }, { ring, now }, keyId) => {
    const key = ring.keys.get(keyId)
    if (key === undefined) throw new Error('a key that a command has just dealt with is not in its ring')
    return keyView(prefixes, workspaceId, key, now)
  }
  return {
    view,
    created: (context) => (made) => ({
      key: view(context, made, made.keyId),
      secret: made.secret,
      replayed: made.events.length === 0,
    }),
    changed: (context, keyId) => (result) => ({
      key: view(context, result, keyId),
      changed: result.events.length > 0,
    }),
  }
}

import {
  createKey,
  present,
  renameKey,
  replaceKey,
  revision,
  revokeKey,
  revokeKeys,
  type CommandError,
  type Environment,
  type Revision,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fromCommandError, type KeysError } from './errors.js'
import {
  checkContext,
  checkInstant,
  checkKeyId,
  checkKeyIds,
  checkName,
  checkNote,
  optional,
} from './inputs.js'
import type { KeyCommand, Keys } from './keys.js'
import { presenters, type Presenters } from './presenters.js'

/** The five commands: check what came in, carry it out, show what came of it. */
export const commands = (
  environment: Environment,
): Pick<Keys, 'create' | 'rename' | 'revoke' | 'revokeMany' | 'replace'> => {
  const show = presenters(environment)
  return {
    create: create(environment, show),
    rename: rename(environment, show),
    revoke: revoke(environment, show),
    revokeMany: revokeMany(environment, show),
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
        pipe(
          renameKey({ ...context, ...boundTo(request), keyId, name })(environment),
          TE.map(changed(context, keyId)),
        ),
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
        const input = { ...context, ...boundTo(request), ...defaults, ...present(rest) }
        return pipe(revokeKey(input)(environment), TE.map(changed(context, rest.keyId)))
      }),
    )

const revokeMany =
  (environment: Environment, { revoked }: Presenters): Keys['revokeMany'] =>
  (request) =>
    pipe(
      checkContext('revokeMany', request, [idsOf(request), request.reason, request.note]),
      E.bindTo('context'),
      E.bind('keyIds', () => checkKeyIds(request.keyIds)),
      E.bind('note', () => optional(request.note, checkNote)),
      carryOut(({ context, keyIds, note }) => {
        const input = {
          ...context,
          keyIds,
          reason: request.reason ?? 'requested',
          ...present({ note }),
        } as const
        return pipe(revokeKeys(input)(environment), TE.map(revoked(context, keyIds)))
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
          replaceKey({ ...context, ...boundTo(request), ...present(rest) })(environment),
          TE.map((made) => ({ ...created(context)(made), replaced: view(context, made, rest.keyId) })),
        ),
      ),
    )

/** The key of a request as repetitions are compared by it: an id is the same in capitals. */
const idOf = ({ keyId }: { readonly keyId: string }): string => keyId.toLowerCase()

const idsOf = ({ keyIds }: { readonly keyIds: ReadonlyArray<string> }): ReadonlyArray<string> =>
  Array.from(new Set(keyIds.map((keyId) => keyId.toLowerCase())))

/** Not part of what repetitions are compared by: a request that comes again was bound to the same revision. */
const boundTo = ({ ifRevision }: Pick<KeyCommand, 'ifRevision'>): { readonly ifRevision?: Revision } =>
  ifRevision === undefined ? {} : { ifRevision: revision(ifRevision) }

/** Runs a use case on a checked request; its errors come out under the front door's names. */
const carryOut =
  <A, B>(useCase: (checked: A) => TE.TaskEither<CommandError, B>) =>
  (checked: E.Either<KeysError, A>): TE.TaskEither<KeysError, B> =>
    E.isLeft(checked) ? TE.left(checked.left) : TE.mapLeft(fromCommandError)(useCase(checked.right))
